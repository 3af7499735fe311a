package flockcmd

const flockHelp = `usage: lockkit flock [OPTION...] FILE|DIRECTORY COMMAND [ARG...]
       lockkit flock [OPTION...] FILE|DIRECTORY -c 'SHELL COMMAND'
       lockkit flock [OPTION...] NUMBER
       lockkit flock [OPTION...] --fd NUMBER [COMMAND [ARG...]]
       lockkit flock [OPTION...] --fd NUMBER -c 'SHELL COMMAND'

Hold a lock while a command runs, or lock a descriptor that the shell has open.
Takes the options and gives the exit statuses of flock(1) from util-linux.

  -s, --shared          let other shared locks in
  -x, -e, --exclusive   let nobody in (default)
  -u, --unlock          give up the lock of a descriptor
  -n, --nonblock        do not wait
  -w, --timeout SECONDS wait no longer than this; fractions are fine, 0 is -n
  -E, --conflict-exit-code STATUS
                        status when the lock stays busy (default 1)
  -o, --close           do not hand the descriptor to the command
  -F, --no-fork         become the command instead of waiting for it
  -c, --command TEXT    run TEXT in $SHELL; stands after FILE or --fd NUMBER
      --fcntl           take an open file description lock of fcntl(2)
      --start OFFSET    … from this byte on; implies --fcntl
      --length BYTES    … over so many bytes, 0 for all; implies --fcntl
      --fd NUMBER       lock this descriptor, and run a command if there is one
      --verbose         say how long it took to get the lock, or why it failed
  -h, --help            show this
  -V, --version         say what this stands in for

status: the command's; 1 (or -E) busy; 64 wrong call; 65 bad descriptor;
66 cannot open FILE; 69 cannot execute COMMAND; 71 refused by the system;
73 cannot create FILE: read-only or full
`

// Scripts look for util-linux in this line to learn which options they may use.
const flockVersion = "flock from lockkit, a drop-in for util-linux 2.43\n"
