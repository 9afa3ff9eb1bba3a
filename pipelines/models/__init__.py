"""The models that ship with the project: an extractive reader and a sentence encoder, int8 ONNX."""

from pathlib import Path

READER_FOLDER = Path(__file__).parent / "reader"
ENCODER_FOLDER = Path(__file__).parent / "encoder"
