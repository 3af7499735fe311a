package replay

import (
	"os/exec"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// candidates are the commands that run a dialect, best first.
var candidates = map[source.Dialect][][]string{
	source.Bash: {{"bash", "--norc", "--noprofile"}},
	source.Bats: {{"bash", "--norc", "--noprofile"}},
	source.Sh:   {{"dash"}, {"sh"}},
	source.Dash: {{"dash"}},
	source.Ash:  {{"busybox", "ash"}, {"ash"}},
	source.Ksh:  {{"ksh93"}, {"ksh"}},
	source.Mksh: {{"mksh"}, {"lksh"}},
	source.Zsh:  {{"zsh", "-f"}},
	source.Yash: {{"yash", "--norcfile"}},
}

// Shell returns the command that runs scripts of a dialect here. The error says
// that it is not installed.
func Shell(d source.Dialect) ([]string, error) {
	for _, c := range candidates[d] {
		if path, err := exec.LookPath(c[0]); err == nil {
			return append([]string{path}, c[1:]...), nil
		}
	}
	return nil, unable("there is no %s here", d)
}

// lowest is the first descriptor that scripts get: those below are the gate, the
// reports and the shell's messages.
const lowest = 3

// descriptors gives every descriptor that matters to locks a number that the shell
// can write: one digit, and its own number where it has one that is free.
func descriptors(p *protocol.Protocol) (map[int]int, error) {
	fds := prove.Followed(p)
	digits := map[int]int{}
	taken := map[int]bool{}
	for _, fd := range fds {
		if fd >= lowest && fd <= 9 {
			digits[fd], taken[fd] = fd, true
		}
	}
	for _, fd := range fds {
		if digits[fd] != 0 {
			continue
		}
		digit := 9
		for taken[digit] {
			digit--
		}
		if digit < lowest {
			return nil, unable("more than %d descriptors are locked", 10-lowest)
		}
		digits[fd], taken[digit] = digit, true
	}
	return digits, nil
}

// kshLike tells whether exec opens descriptors of the dialect close-on-exec.
func kshLike(d source.Dialect) bool {
	return slices.Contains([]source.Dialect{source.Ksh, source.Mksh}, d)
}
