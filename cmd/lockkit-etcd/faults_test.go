package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// faultTTL is the --ttl of the contenders.
const faultTTL = 6 * time.Second

// TestFaults lets 20 contenders on three machines work under one lock for as many seconds as
// LOCKKIT_FAULTS says, while members, machines, clocks and processes fail, and checks what
// they have told (`make faults`).
func TestFaults(t *testing.T) {
	seconds, err := strconv.Atoi(os.Getenv("LOCKKIT_FAULTS"))
	if err != nil {
		t.Skip("LOCKKIT_FAULTS is not set (make faults)")
	}
	a := newArena(t, false)
	a.run(time.Duration(seconds)*time.Second, a.faults())
	r := a.judge()
	t.Log(r)
	if r.disorder > 0 || r.overlaps > 0 || r.stuck > 0 || r.running > 0 || r.sections == 0 {
		t.Error("a promise was broken")
	}
	if len(r.odd) > 0 {
		t.Error("statuses that nobody promised: ", r.odd)
	}
}

// TestSeededFault shows that the checker can fail: with clocks that stand still no lease ever
// ends for its holder, and the store heeds no fence.
func TestSeededFault(t *testing.T) {
	if os.Getenv("LOCKKIT_FAULTS") == "" {
		t.Skip("LOCKKIT_FAULTS is not set (make faults)")
	}
	a := newArena(t, true)
	a.run(time.Minute, []fault{{"machine cut off", a.cutHolder}})
	r := a.judge()
	t.Log(r)
	if r.disorder == 0 || r.overlaps == 0 {
		t.Error("the seeded fault was not found")
	}
}

// arena is a cluster and the machines of its users, each in a network namespace.
type arena struct {
	t       *testing.T
	net     *network
	cluster *cluster
	store   *store
	dir     string
	seeded  bool
	stop    atomic.Bool
	all     sync.WaitGroup

	mutex    sync.Mutex
	statuses map[int]int
	words    map[string]int
	done     map[string]int // faults by name
	struck   []incident
	offsets  map[string]time.Duration
}

// incident is something that was done to the process that holds a lock, or to its guard.
type incident struct {
	at            time.Duration
	holder, guard int
	// blind says that nobody was left who could end the work.
	blind bool
	what  string
}

var (
	memberNames = []string{"m1", "m2", "m3"}
	hostNames   = []string{"h1", "h2", "h3"}
)

func address(machine string) string {
	n, _ := strconv.Atoi(machine[1:])
	if machine[0] == 'h' {
		n += 10
	}
	return fmt.Sprintf("10.77.0.%d", 10+n)
}

func newArena(t *testing.T, seeded bool) *arena {
	a := &arena{
		t: t, net: newNetwork(t), dir: t.TempDir(), store: &store{careless: seeded}, seeded: seeded,
		statuses: map[int]int{}, words: map[string]int{}, done: map[string]int{}, offsets: map[string]time.Duration{},
	}
	a.cluster = &cluster{t: t, dir: a.dir, extra: []string{"--heartbeat-interval", "200", "--election-timeout", "2000"}}
	for _, m := range memberNames {
		a.net.add(m, address(m))
		a.cluster.members = append(a.cluster.members, &memberProcess{
			name: m, client: address(m) + ":2379", peer: address(m) + ":2380", inside: a.net.in(m),
		})
	}
	for _, h := range hostNames {
		a.net.add(h, address(h))
		a.setClock(h, 0)
	}
	a.writeFunctions("sh", "bash")
	a.store.serve(t, a.path("store"))
	a.cluster.start()
	return a
}

func (a *arena) path(name string) string { return filepath.Join(a.dir, name) }

// setClock moves the clock of a machine by some time; the machine's own is not touched.
func (a *arena) setClock(host string, by time.Duration) {
	a.offsets[host] += by
	text := a.offsets[host].String()
	if a.seeded {
		text = "frozen"
	}
	// In one step: whoever reads it sees the old one or the new one.
	os.WriteFile(a.path(host+".new"), []byte(text), 0o644)
	os.Rename(a.path(host+".new"), a.path(host+".clock"))
}

// command is COMMAND on a machine, with our programs first in its PATH.
func (a *arena) command(host string, args ...string) *exec.Cmd {
	words := append(a.net.in(host), "env", "TEST_HOST="+host, "TEST_CLOCK="+a.path(host+".clock"),
		"LOCKKIT_DIR="+a.path(host+".locks"), "LOCKKIT_ON="+a.cluster.on(), "ETCDCTL_API=3")
	words = append(words, args...)
	return exec.Command(words[0], words[1:]...)
}

// locking is how a command is run under the lock: by lockkit run, and each third time by a
// function of a shell.
func (a *arena) locking(turn int) []string {
	options := []string{"-w", "30", "--ttl", strconv.Itoa(int(faultTTL.Seconds())), "job"}
	if turn%3 != 0 {
		return append(append([]string{"lockkit", "run"}, options...), "--")
	}
	shell := []string{"sh", "bash"}[turn/3%2]
	return append([]string{"TEST_FUNCTION=" + shell, shell, a.path(shell)}, append(options, "work")...)
}

// writeFunctions writes, for each of these shells, a script that is with_lock with a function
// to run.
func (a *arena) writeFunctions(shells ...string) {
	for _, shell := range shells {
		functions, err := commandOutput([]string{"lockkit", "init", shell})
		if err != nil {
			a.t.Fatal(err)
		}
		script := functions + "work() {\n  \"$@\"\n  return $?\n}\nwith_lock \"$@\"\n"
		if err := os.WriteFile(a.path(shell), []byte(script), 0o644); err != nil {
			a.t.Fatal(err)
		}
	}
}

// contend takes the lock again and again until the end.
func (a *arena) contend(host string, number int) {
	for turn := number; !a.stop.Load(); turn++ {
		how := []string{"meek", "deaf", "meek", "parent"}[turn%4]
		most := "700"
		if turn%5 == 0 {
			most = "15000"
		}
		cmd := a.command(host, append(a.locking(turn), "worker", a.path("history"), a.path("store"), how, most)...)
		var said strings.Builder
		cmd.Stderr = &said
		cmd.WaitDelay = 3 * faultTTL
		err := cmd.Run()
		status := 0
		if exit, ok := err.(*exec.ExitError); ok {
			status = exit.ExitCode()
		} else if err != nil && err != exec.ErrWaitDelay {
			status = 1000
		}
		a.mutex.Lock()
		a.statuses[status]++
		switch status {
		case 0, 75, 79, 69, 137, -1:
		default:
			a.words[fmt.Sprintf("%d %s", status, said.String())]++
		}
		a.mutex.Unlock()
		if status == 69 {
			time.Sleep(time.Second) // no quorum: whoever is refused comes again later
		}
	}
}

// fault is something bad that is done and undone.
type fault struct {
	name string
	do   func()
}

func (a *arena) run(long time.Duration, faults []fault) {
	for i := range 20 {
		a.all.Go(func() { a.contend(hostNames[i%len(hostNames)], i) })
	}
	for end := time.Now().Add(long); time.Now().Before(end); {
		f := faults[rand.IntN(len(faults))]
		if len(a.done) < len(faults) { // each once before any twice
			f = faults[len(a.done)]
		}
		a.done[f.name]++
		f.do()
		time.Sleep(time.Duration(rand.IntN(3000)) * time.Millisecond)
	}
	a.stop.Store(true)
	a.all.Wait()
}

// present is the section that was begun last and has not been left.
func (a *arena) present() *section {
	for range 200 {
		sections, err := readHistory(a.path("history"))
		if err == nil && len(sections) > 0 {
			order := byFence(sections)
			if last := order[len(order)-1]; !last.left && bootTime()-last.last < time.Second && last.holder > 1 {
				return last
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

// strike notes what is about to happen to the processes of a section.
func (a *arena) strike(s *section, what string, blind bool) {
	a.struck = append(a.struck, incident{bootTime(), s.holder, s.guard, blind, what})
}

func send(sig syscall.Signal, pids ...int) {
	for _, pid := range pids {
		syscall.Kill(pid, sig)
	}
}
