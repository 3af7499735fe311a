package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A name is its bytes, also where they are no UTF-8.
func TestNamesThatAreNoText(t *testing.T) {
	const text = "exec 8>/srv/\xe8; flock 8 || exit\nexec 9>/srv/"
	ask(t, "bash", text+"\xe9; flock 9 || exit\nwork\n", prove.Holds)
	ask(t, "bash", text+"\xe8; flock 9 || exit\nwork\n", prove.Violated)
}
