package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A loop ends as the last command of its body has: who asks a function that ends with one
// may hear that it has failed.
func TestVerdictsOfHowLoopsEnd(t *testing.T) {
	const (
		tidy = "trap 'rmdir /run/x.lock' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n"
		take = "take || exit 1\n" + tidy
	)
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a sleep", "take() { while ! mkdir /run/x.lock; do sleep 1; done; }\n" + take, prove.Holds},
		{"a message in one branch", "take() { until mkdir /run/x.lock; do if [ -t 1 ]; then echo wait; fi; done; }\n" + take, prove.Holds},
		{"a counter", "take() { until mkdir /run/x.lock; do sleep 1; ((n += 1)); done; }\n" + take, prove.Holds},
		{"a counter that fails at 0", "take() { until mkdir /run/x.lock; do sleep 1; ((n++)); done; }\n" + take, prove.Violated},
		{"a question", "take() { until mkdir /run/x.lock; do sleep 1; [ -e /run/stop ] && exit 1; done; }\n" + take, prove.Violated},
		{"a program", "mkdir /run/x.lock || exit 1\nall() { for f in a b; do work $f; done; }\nall || exit 1\nrmdir /run/x.lock\n", prove.Violated},
		{"a program in the last turn", "mkdir /run/x.lock || exit 1\n" + tidy + "for ((i = 0; i < 3; i++)); do work $i; done || trap - EXIT\n", prove.Violated},
		{"a break", "take() { while :; do mkdir /run/x.lock && break; sleep 1; done; }\n" + take, prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
