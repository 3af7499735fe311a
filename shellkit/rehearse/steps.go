package rehearse

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
)

// steps writes a log as people draw it: one deed a line.
func steps(log []event) []Step {
	var list []Step
	work := map[int]int{}
	for i := range log {
		e := &log[i]
		switch e.op {
		case "work":
			work[e.run]++
		case "done":
			work[e.run]--
		}
		op, effect := describe(e)
		if op == "" {
			continue
		}
		list = append(list, Step{Number: len(list) + 1, Deed: i, Process: letter(e.run), Op: op, Effect: effect, Inside: atWorkIn(work), Table: e.table})
	}
	return list
}

// atWorkIn lists the runs, from 1, that have somebody at work.
func atWorkIn(work map[int]int) []int {
	var runs []int
	for run, n := range work {
		if n > 0 {
			runs = append(runs, run+1)
		}
	}
	slices.Sort(runs)
	return runs
}

func describe(e *event) (op, effect string) {
	name := e.name
	if e.name2 != "" {
		name += " " + e.name2
	}
	switch e.op {
	case "fork", "read", "write":
		return "", ""
	case "work":
		return e.words, "is at work"
	case "done":
		return e.words, fmt.Sprintf("has ended with %d", e.result)
	case "end", "killed":
		if e.task != 0 {
			return "", ""
		}
		if e.op == "end" {
			return "exit", fmt.Sprintf("the script ends with %d", e.result)
		}
		return "die", fmt.Sprintf("the script is killed by signal %d", e.result)
	case "signal":
		return "signal", e.name
	case "timer":
		return "timer", "the time of " + e.words + " is over"
	case "lacks":
		return e.words, "is not here"
	case "sleep":
		return "sleep", "passes"
	case "waits":
		return "lock " + name, "waits"
	case "keeps":
		return "keep " + e.busy[0].under[0].name, e.words + " keeps it"
	case "lock", "unlock", "open", "create", "truncate":
		return strings.TrimSpace(e.op + lockMode(e) + " " + name), outcome(e)
	case "kill", "tkill", "tgkill":
		return "kill", outcome(e)
	}
	return strings.TrimSpace(e.op + " " + name), outcome(e)
}

func lockMode(e *event) string {
	if e.op == "lock" && e.flag&1 != 0 { // LOCK_SH
		return " (shared)"
	}
	return ""
}

func outcome(e *event) string {
	switch {
	case e.result >= 0:
		return "ok"
	case e.op == "lock" && syscall.Errno(-e.result) == syscall.EAGAIN:
		return "busy"
	}
	if text := syscall.Errno(-e.result).Error(); text != "" && -e.result < 512 {
		return text
	}
	return "interrupted"
}
