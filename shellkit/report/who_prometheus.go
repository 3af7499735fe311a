package report

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/holders"
)

// WhoPrometheus writes the text exposition format of Prometheus, for the textfile
// collector of its node exporter. A file that is locked by several names, or several
// files that were locked under one name, are one series each for name and state of the
// name. An error is one of out.
func WhoPrometheus(out io.Writer, w *Who) error {
	held, keepers, waiters, since := series{}, series{}, series{}, series{}
	for _, f := range w.Files {
		labels := fileLabels(f)
		processes := map[int]bool{}
		for _, l := range f.Locks {
			for _, k := range l.Keepers {
				processes[k.Process.PID] = true
			}
		}
		held.add(labels, len(f.Locks))
		keepers.add(labels, len(processes))
		waiters.add(labels, len(f.Waiters))
		if h, ok := w.Noted[f]; ok {
			since.add(labels, int(h.Since.Unix()))
		}
	}
	for _, name := range w.Free {
		held.add(`{lock="`+labelValue(name)+`",name="free"}`, 0)
	}
	b := bufio.NewWriter(out)
	held.write(b, "lockkit_locks_held", "Locks that are held on the file.")
	keepers.write(b, "lockkit_lock_keepers", "Processes that are seen to keep a lock of the file alive.")
	waiters.write(b, "lockkit_lock_waiters", "Processes that wait for a lock of the file.")
	since.write(b, "lockkit_lock_since_timestamp_seconds", "When the holder of a lock that was given by name has taken it.")
	series{"": len(w.deadlocks())}.write(b, "lockkit_deadlocks", "Circles of processes that wait for each other.")
	series{"": w.Picture.Hidden}.write(b, "lockkit_processes_hidden", "Processes that this user may not look into.")
	return b.Flush()
}

// series are the values of one metric by their labels, as these are written.
type series map[string]int

func (s series) add(labels string, value int) { s[labels] += value }

// write leaves out a metric of which there is no value.
func (s series) write(out io.Writer, name, help string) {
	if len(s) == 0 {
		return
	}
	fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name)
	for _, labels := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(out, "%s%s %s\n", name, labels, strconv.Itoa(s[labels]))
	}
}

// fileLabels tell the file by its path, or by what is known of one whose path cannot be
// seen, and say where that name leads now.
func fileLabels(f *holders.File) string {
	path, state := f.Path, string(f.Name)
	if path == "" {
		path = pathOf(f)
	}
	if state == "" {
		state = "unknown"
	}
	return `{lock="` + labelValue(path) + `",name="` + state + `"}`
}

// labelValue escapes what the format asks for. Other bytes than those of UTF-8, which
// it does not allow, become U+FFFD.
func labelValue(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(strings.ToValidUTF8(text, "\uFFFD"))
}
