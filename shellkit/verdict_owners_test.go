package shellkit

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// However an owner's number is read from its file, and whatever asks whether he lives: it
// is one question, with one answer.
func TestOwnersOfPidFiles(t *testing.T) {
	reads := map[string]string{ // what reads, and what is read
		"read -r pid <$P":                    "$pid",
		"mapfile -t pids <$P":                "${pids[0]}",
		"readarray -t pids <$P":              "${pids[0]}",
		"read -ra pids <$P":                  "${pids[0]}",
		"pid=$(<$P)":                         "$pid",
		"pid=$(cat $P)":                      "$pid",
		"pid=$(head -n 1 $P 2>/dev/null)":    "$pid",
		"pid=$(awk '{ print $1; exit }' $P)": "$pid",
		"pid=$(sed -n 1p $P)":                "$pid",
		"pid=$(tr -d ' ' <$P)":               "$pid",
		"pid=`cat $P 2>/dev/null || echo 0`": "$pid",
		"{ read -r pid; } <$P":               "$pid",
	}
	asks := []string{"kill -0 \"@\" 2>/dev/null", "kill -s 0 @", "ps -p @ >/dev/null", "ps @ >/dev/null", "[ -d /proc/@ ]", "test -e /proc/@/stat", "[[ -r /proc/@/cmdline ]]", "grep -q job /proc/@/cmdline"}
	ask1 := func(t *testing.T, read, question, who string) {
		text := read + "\nif " + strings.ReplaceAll(question, "@", who) + "; then exit 1; fi\n"
		t.Run(text, func(t *testing.T) {
			ask(t, "bash", "P=/srv/app/pid\n"+text+"echo $$ >$P\nwork\nrm -f $P\n", prove.Violated)
			ask(t, "bash", "P=/srv/app/pid\nexec 5>/srv/app/guard\nflock 5 || exit\n"+text+"echo $$ >$P\nflock -u 5\nwork\n", prove.Holds)
		})
	}
	for read, who := range reads {
		ask1(t, read, asks[0], who)
	}
	for _, question := range asks {
		ask1(t, "read -r pid <$P", question, "$pid")
		ask1(t, "mapfile -t pids <$P", question, "${pids[0]}")
	}
	for _, text := range []string{
		"while read -r pid; do kill -0 $pid && exit 1; done <$P\n",
		"if pgrep -F $P >/dev/null; then exit 1; fi\n",
		"if test -s $P && kill -0 $(cat $P); then exit 1; fi\n",
		"if [ -f $P ]; then mapfile -t pids <$P; kill -n 0 \"${pids[0]}\" && exit 1; fi\n",
	} {
		t.Run(text, func(t *testing.T) {
			ask(t, "bash", "P=/srv/app/pid\n"+text+"echo $$ >$P\nwork\nrm -f $P\n", prove.Violated)
		})
	}
}
