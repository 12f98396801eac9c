"""What the worker does for each kind of job: it reads the truth again, asks a tool, and settles the job."""
