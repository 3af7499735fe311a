# CONTRACT 3.4 and 3.6: ^C at the prompt of an interactive shell ends a wait at once.
# COMMAND does not run, nothing stays open, and the functions are what they were.
# shellcheck disable=SC2016 # text for other shells

bats_require_minimum_version 1.5.0

setup_file() {
  [ -r /proc/locks ] || skip 'no /proc/locks'
  command -v script >/dev/null || skip 'no script(1)'
  load lib/shells
  emit
}

setup() { load lib/shells; }

# Usage: interrupted COMMAND: which waits, and writes what it has done to ./did
interrupted() {
  want='then
thereafter
L free
ended' everywhere <<<"at_prompt '$1'"
}

@test '3.6: an interrupt at the prompt ends the wait of with_lock' {
  interrupted 'with_lock ./L echo no >>did'
}

@test '3.6: an interrupt at the prompt ends the wait of with_lock -o in a list' {
  ENGINES=flock interrupted 'if with_lock -o -w 900 ./L echo no >>did; then echo no >>did; else echo no >>did; fi'
}

@test '3.6: an interrupt at the prompt ends the wait of lock_fd' {
  interrupted 'lock_fd 8 ./L && echo no >>did'
}

@test '3.6: an interrupt at the prompt ends the wait of lock_fd alone' {
  ENGINES=flock interrupted 'f() { lock_fd 9; echo no >>did; }; f 9<L'
}

@test '3.6: an interrupt at the prompt ends the command that waits, and frees the lock around it' {
  want='outer.lock free
then
thereafter
L free
ended' ENGINES=flock everywhere <<<"at_prompt 'with_lock ./outer.lock with_lock ./L echo no >>did'"
}

@test '3.6: an interrupt ends the wait for a descriptor of a variable' {
  want='then
thereafter
L free
ended' ENGINES=flock everywhere bash zsh <<<"at_prompt 'lock_fd fd ./L; echo no >>did'"
}
