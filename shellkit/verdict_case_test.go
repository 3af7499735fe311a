package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// ;& goes on with the next item, and so on as far as that ends in it; ;;& goes on to ask.
func TestVerdictsOfCasesThatGoOn(t *testing.T) {
	const (
		take = "mkdir /run/x.lock || exit 1\n"
		tidy = "trap 'rmdir /run/x.lock' EXIT; trap 'exit 1' HUP INT TERM"
	)
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"through one", take + "case x in x) : ;& y) " + tidy + " ;; esac\nwork\n", prove.Holds},
		{"through several", take + "case x in x) : ;& y) ;& z) " + tidy + " ;; esac\nwork\n", prove.Holds},
		{"through one that ends", take + "case x in x) : ;& y) ;; z) " + tidy + " ;; esac\nwork\n", prove.Violated},
		{"to the next pattern", take + "case x in x) : ;;& y) ;; x*) " + tidy + " ;; esac\nwork\n", prove.Holds},
		{"to the next pattern, which is another", take + "case x in x) : ;;& y) " + tidy + " ;; esac\nwork\n", prove.Violated},
		{"to the next pattern, and through", take + "case x in x) : ;;& x) ;& y) " + tidy + " ;; esac\nwork\n", prove.Holds},
		{"to the end", take + tidy + "\ncase x in x) work ;;& y) exit ;; esac\nrmdir /run/x.lock\ntrap - EXIT\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
