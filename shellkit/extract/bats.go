package extract

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// test walks a @test of bats: a process of its own, in which setup runs before
// it and teardown after it. Which of a file's tests a process runs is open, and
// nothing that one does to its shell is there for the next.
func (x *walker) test(t *syntax.TestDecl, f flow) flow {
	n := x.node(protocol.Choose, t)
	n.Text = "@test is run"
	run, next := x.fork(f, n)
	run.st = run.st.clone()
	run.st.opts.errexit = true
	folder := symbol("$BATS_TEST_TMPDIR", "BATS_TEST_TMPDIR@"+x.here.key()) // another one in each test
	folder.private, folder.fresh = true, true
	run.st = run.st.set("BATS_TEST_TMPDIR", folder)
	out := []flow{run}
	for _, name := range []string{"setup_file", "setup"} {
		out = x.called(name, t, out)
	}
	var done []flow
	for _, g := range out {
		if g.how == onward {
			done = append(done, x.stmt(t.Body, g)...)
		}
	}
	x.finish(x.called("teardown", t, x.merge(done, false)))
	return next.with(f.st)
}

// called walks a function that bats calls, where the file has it.
func (x *walker) called(name string, t *syntax.TestDecl, in []flow) []flow {
	if _, ok := x.funcs[name]; !ok {
		return in
	}
	var out []flow
	for _, f := range in {
		if f.how != onward {
			out = append(out, f)
			continue
		}
		outer := x.ctx
		x.ctx.want = true
		for _, g := range x.invoke(name, closed(nil), t.Body, f) {
			if g.how == onward && g.st.status.nonzero { // then the test is over
				out = append(out, x.leave(g, t)...)
			} else {
				out = append(out, g)
			}
		}
		x.ctx = outer
	}
	return x.merge(out, false)
}
