package main

import (
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/lockkit/lockkit/cmd/lockkit-etcd/etcd"
	"github.com/lockkit/lockkit/shellkit/cli"
	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"lockkit":      func() { os.Exit(cli.Main(os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, nil)) },
		"lockkit-etcd": func() { os.Exit(lockkitEtcd()) },
		"worker":       work,
		"fake-etcd":    fakeEtcd,
	})
}

// lockkitEtcd is this program, with a clock of the test's where there is one.
func lockkitEtcd() int {
	on := flockcmd.On{Connect: etcd.Connect}
	if file := os.Getenv("TEST_CLOCK"); file != "" {
		on.Clock = fileClock(file)
	}
	return run(on, os.Args[1:])
}

// TestScript runs testdata/script against a cluster of three members. Files named own_ start
// what they talk to by themselves.
func TestScript(t *testing.T) {
	// What is started hears of a hangup, also where nohup has started the tests.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	cluster := startCluster(t, 3)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("ON", cluster.on())
			env.Setenv("SECURE", "etcds"+strings.TrimPrefix(cluster.on(), "etcd"))
			env.Setenv("ETCDCTL_API", "3")
			env.Setenv("ETCDCTL_COMMAND_TIMEOUT", "60s") // however slow the machine is
			env.Setenv("ETCDCTL_ENDPOINTS", strings.Join(cluster.clients(), ","))
			env.Setenv("NAME", "job-"+strconv.Itoa(os.Getpid())+"-"+strconv.FormatInt(time.Now().UnixNano(), 36))
			env.Setenv("LOCKKIT_DIR", env.WorkDir+"/here")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits,
			"until": until,
		},
	})
}

// exits demands an exit code: `exits CODE COMMAND...`.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := err.(*exec.ExitError)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// until waits until a command of the shell's succeeds: `until 'COMMAND'`.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: until 'COMMAND'")
	}
	for range 6000 {
		if ts.Exec("sh", "-c", args[0]) == nil {
			return
		}
		time.Sleep(50 * time.Millisecond) // between two looks; how many there are decides nothing
	}
	ts.Fatalf("%s: never", args[0])
}
