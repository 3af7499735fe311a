# shellcheck shell=sh disable=SC2034,SC2016
#
# What perl does for the engine perl: FD, s for shared or x or u, MILLISECONDS. Time
# is over when the child says so, again and again until it is heard: the first may
# come before the wait begins.
__lockkit_perl_text='
  use Fcntl ":flock";
  use Errno;
  my ($fd, $how, $time) = @ARGV;
  my $mode = $how eq "s" ? LOCK_SH : $how eq "u" ? LOCK_UN : LOCK_EX;
  open my $file, "<&=$fd" or exit 65;
  my ($over, $bell, $self) = (0, 0, $$);
  if ($time) {
    $SIG{ALRM} = sub { $over = 1 };
    defined($bell = fork) or exit 71;
    unless ($bell) {
      close $file;
      for (my $next = $time / 1000; getppid == $self; $next = 0.01) {
        select undef, undef, undef, $next;
        kill "ALRM", $self if getppid == $self;
      }
      exit;
    }
  } else {
    $mode |= LOCK_NB;
  }
  my ($got, $busy, $foreign);
  do {
    $got = flock $file, $mode;
    $busy = $!{EWOULDBLOCK} || $!{EINTR};
    $foreign = $!{EBADF};
  } until $got || $over || !$!{EINTR};
  kill "KILL", $bell if $bell;
  exit($got ? 0 : $busy ? 75 : $foreign ? 65 : 71);
'
