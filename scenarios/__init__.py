"""Labour programmes as data: who lost work, who trained them, what came of it, and which figures must come out."""
