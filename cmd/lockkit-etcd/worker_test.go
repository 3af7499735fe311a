package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// work is the command that contenders run under the lock: `worker LOG STORE HOW MOST`. It
// writes into LOG when it is inside, and writes through STORE, which heeds fences. HOW it
// hears TERM: meek ends, deaf goes on, and parent leaves the work to a child in a session of
// its own.
func work() {
	log, store, how := os.Args[1], os.Args[2], os.Args[3]
	most, _ := strconv.Atoi(os.Args[4])
	fence := os.Getenv("LOCKKIT_FENCE")
	file, err := os.OpenFile(log, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		panic(err)
	}
	guard, holder := around(how == "child")
	say := func(what string) {
		fmt.Fprintf(file, "%d %s %s %d %d %d %s\n", bootTime(), what, fence, os.Getpid(), guard, holder, os.Getenv("TEST_HOST"))
	}
	switch how {
	case "parent":
		child := exec.Command(os.Args[0], log, store, "child", os.Args[4])
		child.Path, _ = os.Executable()
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		child.Run()
		return
	case "deaf", "child":
		signal.Ignore(syscall.SIGTERM)
	}
	say("enter")
	end := time.Now().Add(time.Duration(20+rand.IntN(most)) * time.Millisecond)
	for time.Now().Before(end) {
		say("inside")
		put(store, fence)
		time.Sleep(10 * time.Millisecond) // the work
	}
	say("leave")
}

// around are the processes that watch over the worker's command and keep the lease. Under a
// function (TEST_FUNCTION) the shell that runs it stands between, and the two are beside it.
func around(child bool) (guard, holder int) {
	guard = os.Getppid()
	if child {
		guard = parentOf(guard)
	}
	if os.Getenv("TEST_FUNCTION") == "" {
		return guard, parentOf(guard)
	}
	guard = parentOf(guard)
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || parentOf(pid) != guard {
			continue
		}
		text, _ := os.ReadFile("/proc/" + entry.Name() + "/cmdline")
		if words := strings.Split(string(text), "\x00"); len(words) > 1 && words[1] == "keep" {
			holder = pid
		}
	}
	return guard, holder
}

// put is a fenced write.
func put(store, fence string) {
	wire, err := net.Dial("unix", store)
	if err != nil {
		return
	}
	defer wire.Close()
	wire.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintln(wire, fence)
	wire.Read(make([]byte, 1))
}

func parentOf(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	parent, _ := strconv.Atoi(fields[1])
	return parent
}
