package scripts

import "strings"

// heeded lays a command that takes the lock out so that its result is heeded in the
// way that was drawn. bail is what the loser does. What is to be done with the lock
// stands between the two results.
func (p *plan) heeded(take, bail string) (before, after []string) {
	d := p.dice
	busy := pick(d, `echo "already running" >&2`, `echo "$0: busy" >&2`, `printf '%s\n' "not now" >&2`)
	switch p.heed {
	case "or":
		return []string{take + " || " + bail}, nil
	case "or-braces":
		return within(take+" || {", []string{busy, bail}, "}"), nil
	case "if-not":
		return within("if ! "+take+"; then", []string{busy, bail}, "fi"), nil
	case "if":
		return []string{"if " + take + "; then"}, []string{"fi"}
	case "status":
		return join([]string{take}, pick(d,
			within("if [ $? -ne 0 ]; then", []string{busy, bail}, "fi"),
			[]string{"[ $? -eq 0 ] || " + bail},
			[]string{"test $? = 0 || " + bail})), nil
	case "saved":
		return join(pick(d, []string{take, "rc=$?"}, []string{"rc=0", take + " || rc=$?"}),
			within(`if [ "$rc" -ne 0 ]; then`, []string{busy, bail}, "fi")), nil
	case "printed":
		return []string{take, "printf -v rc %d $?", `[ "$rc" -eq 0 ] || ` + bail}, nil
	case "case":
		return []string{take, "case $? in", "  0) ;;", "  *) " + bail + " ;;", "esac"}, nil
	case "own-number":
		return []string{strings.Replace(take, "flock ", "flock -E 75 ", 1), pick(d, "[ $? -eq 75 ] && "+bail, "[ $? = 0 ] || "+bail)}, nil
	case "arithmetic":
		return []string{take, "(( $? == 0 )) || " + bail}, nil
	case "pipestatus":
		part := `"${PIPESTATUS[0]}"`
		if p.shell == "zsh" {
			part = `"${pipestatus[1]}"`
		}
		return []string{take + " 2>&1 | cat", "[ " + part + " -eq 0 ] || " + bail}, nil
	case "errexit":
		return []string{take}, nil
	case "flag":
		return []string{"got=", take + " && got=1", `[ -n "$got" ] || ` + bail}, nil
	case "not-and":
		return []string{"! " + take + " && " + bail}, nil
	case "retry":
		return within("until "+take+"; do", []string{"sleep 1"}, "done"), nil
	case "tries":
		if p.counted {
			return join([]string{"i=0"}, within("until "+take+"; do", join([]string{"i=$((i + 1))"},
				within(`if [ "$i" -ge 3 ]; then`, []string{busy, bail}, "fi"), []string{"sleep 1"}), "done")), nil
		}
		return join([]string{"got="}, within("for try in 1 2 3; do", join(
			within("if "+take+"; then", []string{"got=1", "break"}, "fi"), []string{"sleep 1"}), "done"),
			[]string{`[ -n "$got" ] || ` + bail}), nil
	case "substitution":
		if take[0] == '(' {
			take = " " + take // two of them are arithmetic
		}
		return []string{"rc=$(" + take + "; echo $?)", `[ "$rc" = 0 ] || ` + bail}, nil
	}
	return p.unheeded(take, bail, busy), nil
}

// unheeded are the ways in which the loser works on.
func (p *plan) unheeded(take, bail, busy string) []string {
	switch p.heed {
	case "or-true":
		return []string{take + pick(p.dice, " || true", " || :")}
	case "message":
		return []string{take + " || " + busy}
	case "if-message":
		return within("if ! "+take+"; then", []string{busy}, "fi")
	case "pipe":
		return []string{take + " 2>&1 | cat || " + bail}
	case "local":
		if take[0] == '(' {
			take = " " + take
		}
		return []string{"local answer=$(" + take + " 2>&1) || " + bail}
	case "inverted":
		return pick(p.dice, []string{take + " && " + bail}, []string{"! " + take + " || " + bail},
			within("if "+take+"; then", []string{bail}, "fi"))
	case "wrong-number":
		return pick(p.dice, []string{take, "[ $? -eq 99 ] && " + bail},
			[]string{take, "case $? in", "  64 | 99) " + bail + " ;;", "esac"})
	case "other-number":
		return []string{strings.Replace(take, "flock ", "flock -E 75 ", 1), "[ $? -eq 1 ] && " + bail}
	case "tries-go-on":
		return within("for try in 1 2 3; do", []string{take + " && break", "sleep 1"}, "done")
	case "in-background":
		return []string{take + " &", "wait"}
	}
	return []string{take} // "ignored", "suspended"
}

// heeds tells whether the loser stays away.
func (p *plan) heeds() bool {
	for _, h := range wrongHeeds {
		if h == p.heed {
			return false
		}
	}
	return true
}
