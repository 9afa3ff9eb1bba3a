"""From article to answer: indexing, retrieval, reading. Knows nothing of Telegram."""

import os

# Haystack reads this once, when it is first imported, and would otherwise send usage data.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "false"
