import subprocess
import sys


def test_models_load_after_the_store() -> None:
    program = "import pipelines.store, onnxruntime; print(onnxruntime.get_available_providers())"
    found = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert "CPUExecutionProvider" in found.stdout, found.stderr
