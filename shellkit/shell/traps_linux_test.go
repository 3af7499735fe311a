package shell

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// What is asked in a trap before which the status was 7. The last command of each
// function, and of each child, has 5.
const trapQuestions = `five() { return 5; }
bare() { five; return; }
falls() { five; }
number() { five; return 3; }
all() {
  bare; echo "Return $?"
  ( bare ); echo "ReturnInChild $?"
  x=$(bare); echo "ReturnInSubst $?"
  ( five; exit ); echo "ExitInChild $?"
  x=$(five; exit); echo "ExitInSubst $?"
  falls; echo "falls $?"
  number; echo "number $?"
}
leaves() { five; exit; }
`

// bashes are the versions of bash that the table is about.
var bashes = []string{"5.1", "5.2"}

func TestTrapStatus(t *testing.T) {
	for dialect := range dialects {
		for _, shell := range shellsOf[dialect] {
			if command := strings.Fields(shell); installed(command) {
				if dialect == source.Bash || dialect == source.Bats {
					if v := bashVersion(t, command); v != bashes[0] && v != bashes[1] {
						continue
					}
				}
				asksTraps(t, dialect, command)
			}
		}
	}
}

func installed(command []string) bool {
	_, err := exec.LookPath(command[0])
	return err == nil
}

func bashVersion(t *testing.T, command []string) string {
	return strings.TrimSpace(says(t, command, `echo "${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}"`))
}

func asksTraps(t *testing.T, dialect source.Dialect, command []string) {
	for _, trap := range []struct {
		name, set, fire string
		want            TrapStatus
	}{
		{"EXIT", "trap '%s' EXIT\n", "exit 7", Of(dialect).InExitTrap},
		{"USR1", "trap '%s' USR1\nh() { ./7; return; }\n", "h", Of(dialect).InSignalTrap},
	} {
		t.Run(string(dialect)+"/"+trap.name, func(t *testing.T) {
			t.Parallel()
			// A program that sends the signal and then ends with 7.
			prepare := "printf '%s\\n' '#!/bin/sh' 'kill -USR1 $PPID' 'exit 7' >7\nchmod +x 7\n"
			status := map[Gives]int{GivesLast: 5, GivesBefore: 7, GivesZero: 0}
			want := fmt.Sprintf("Return %d\nReturnInChild %d\nReturnInSubst %d\nExitInChild %d\nExitInSubst %d\nfalls 5\nnumber 3\n",
				status[trap.want.Return], status[trap.want.ReturnInChild], status[trap.want.ReturnInSubst],
				status[trap.want.ExitInChild], status[trap.want.ExitInSubst])
			if got := says(t, command, prepare+trapQuestions+fmt.Sprintf(trap.set, "all")+trap.fire); got != want {
				t.Errorf("%s says\n%s, the table\n%s", command, got, want)
			}
			script := prepare + trapQuestions + fmt.Sprintf(trap.set, "leaves") + trap.fire
			ended := says(t, []string{"/bin/sh"}, "printf '%s' '"+strings.ReplaceAll(script, "'", `'\''`)+"' >asked\n"+strings.Join(command, " ")+" ./asked\necho $?")
			if want := fmt.Sprintln(status[trap.want.Exit]); ended != want {
				t.Errorf("%s: exit gives %sthe table says %s", command, ended, want)
			}
		})
	}
}

// A return in a trap of bash gives the status from before it in some versions only.
func TestTrapReturnOfEveryBash(t *testing.T) {
	others, err := filepath.Glob("/usr/local/bin/bash-*")
	if err != nil {
		t.Fatal(err)
	}
	for _, shell := range append(others, "bash") {
		command := []string{shell}
		if !installed(command) {
			continue
		}
		var major, minor int
		version := bashVersion(t, command)
		if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
			t.Fatal(err)
		}
		want := "5\n"
		if at := major*100 + minor; at >= 404 && at <= 502 {
			want = "7\n"
		}
		if got := says(t, command, trapQuestions+"trap 'bare; echo $?' EXIT\nexit 7"); got != want {
			t.Errorf("bash %s says %s", version, got)
		}
	}
}
