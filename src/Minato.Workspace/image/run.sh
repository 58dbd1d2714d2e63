#!/bin/sh
# Runs the job with its output in the log, ends whatever it left running, then hands out /out: a line with the exit code,
# two with CPU times (ours, our children's: user and system) and an archive. No new process is needed for that, so a fork
# bomb cannot prevent it.
"$@" </dev/null 1>&2
code=$?
kill -KILL -1 2>/dev/null
printf 'exit %03d\n' "$code"
times
exec /usr/bin/tar -C /out --format=ustar --sort=name -cf - . 2>/dev/null
