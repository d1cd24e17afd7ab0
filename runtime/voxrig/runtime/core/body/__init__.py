"""A body: its posture in few numbers, the bones that show it, its limits and where its joints are."""
