package holders

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parseStat reads /proc/PID/stat. The name in it may contain blanks, brackets and
// line ends, so the fields are counted from its last bracket on. kernel says that
// it is a thread of the kernel, which has neither locks nor descriptors of its own.
func parseStat(text []byte, boot time.Time) (p Process, kernel, ok bool) {
	open, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return p, false, false
	}
	p.PID = atoi(bytes.TrimSpace(text[:open]))
	p.Name = string(text[open+1 : end])
	var fields [20][]byte // from field 3 of proc(5) on
	rest := text[end+1:]
	for i := range fields {
		fields[i], rest = firstWord(rest)
	}
	if p.PID == 0 || len(fields[19]) == 0 || len(fields[0]) != 1 {
		return p, false, false
	}
	p.State = fields[0][0]
	p.Parent, p.Group, p.Session = atoi(fields[1]), atoi(fields[2]), atoi(fields[3])
	p.foreground = atoi(fields[5])
	flags, _ := strconv.ParseUint(string(fields[6]), 10, 64)
	ticks, err := strconv.ParseInt(string(fields[19]), 10, 64)
	if err == nil && ticks >= 0 && !boot.IsZero() {
		// It began within that tick, so at its end it was there for certain.
		p.Started = boot.Add(fromTicks(ticks + 1)).Round(0)
	}
	p.UID = -1
	const kernelThread = 0x00200000 // PF_KTHREAD of linux/sched.h
	return p, flags&kernelThread != 0, true
}

// fromTicks: the kernel reports in hundredths of a second to programs, whatever
// it counts in itself (USER_HZ).
func fromTicks(ticks int64) time.Duration {
	return time.Duration(ticks/100)*time.Second + time.Duration(ticks%100)*10*time.Millisecond
}

// parseStatus adds what only /proc/PID/status tells: the effective user, the
// process's number in its own pid namespace and which signals it ignores.
func (p *Process) parseStatus(text []byte) {
	for line := range bytes.Lines(text) {
		key, value, _ := bytes.Cut(line, []byte(":"))
		switch string(key) {
		case "Uid":
			if ids := bytes.Fields(value); len(ids) > 1 {
				if uid, err := strconv.ParseUint(string(ids[1]), 10, 32); err == nil {
					p.UID = int(uid)
				}
			}
		case "SigIgn":
			const interrupts = 1<<(2-1) | 1<<(3-1) // INT and QUIT
			mask, err := strconv.ParseUint(string(bytes.TrimSpace(value)), 16, 64)
			p.deaf = err == nil && mask&interrupts == interrupts
		case "NSpid":
			if pids := bytes.Fields(value); len(pids) > 1 {
				p.InnerPID = atoi(pids[len(pids)-1])
			}
		}
	}
}

// parseCmdline splits the NUL-terminated arguments of /proc/PID/cmdline. A
// process that wrote a title over them has one argument, padded with NULs.
func parseCmdline(text []byte) []string {
	text = bytes.TrimRight(text, "\x00")
	if len(text) == 0 {
		return nil
	}
	return strings.Split(string(text), "\x00")
}

// parseContainer finds the name of a container in /proc/PID/cgroup, as Docker,
// Podman, containerd, CRI-O, LXC and systemd-nspawn write it. Empty where there
// is none to be seen.
func parseContainer(text []byte) string {
	for line := range bytes.Lines(text) {
		fields := strings.SplitN(strings.TrimSpace(string(line)), ":", 3)
		if len(fields) < 3 {
			continue
		}
		parts := strings.Split(fields[2], "/")
		for i, part := range slices.Backward(parts) {
			part = strings.TrimSuffix(part, ".scope")
			before := ""
			if i > 0 {
				before = parts[i-1]
			}
			if name := containerName(before, part); name != "" {
				return name
			}
		}
	}
	return ""
}

func containerName(parent, part string) string {
	if name, ok := strings.CutPrefix(part, "machine-"); ok {
		return name
	}
	if name, ok := strings.CutPrefix(part, "lxc.payload."); ok {
		return name
	}
	if parent == "lxc" && part != "" {
		return part
	}
	if dash := strings.LastIndexByte(part, '-'); isContainerID(part[dash+1:]) {
		return part[dash+1:][:12] // as `docker ps` shows it
	}
	return ""
}

func isContainerID(s string) bool {
	if len(s) != 64 {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'f')
	})
}
