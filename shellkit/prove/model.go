package prove

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// model is a set of scripts made ready for exploration. It never changes while
// states are explored, apart from what it remembers of its own results.
type model struct {
	opt     Options
	scripts []*script
	crew    []int // by run: index of its script
	locks   []lock
	names   int // names in a State: one a lock, for private ones one a run

	exists    bool // some lock is a name
	pids      bool // somebody asks whether a process lives or owns something
	landings  map[landingKey][]landing
	ways      map[landingKey][]landing // the same, with the ways to them
	newcomers map[string]lockSet       // by world and script: what getsIn said
	free      map[uint8]lockSet        // by script: what a newcomer gets where nothing is left behind
	reached   map[place]bool           // opaque nodes that some run comes to
	outside   map[place]bool           // locks on a descriptor that the script did not open
	crowded   map[place]bool           // where there was no room for something

	lostNewcomer bool // one had too far to go to say whether it gets in
}

// place is a node of one of the scripts.
type place struct {
	script int
	node   protocol.ID
}

// lock is a path that carries a lock, or that is one.
type lock struct {
	text    string
	kind    protocol.Kind
	handed  bool  // a function of a library takes it for its caller
	private bool  // every run has its own
	own     bool  // what it is for happens within one run: others have no business with it
	name    int   // index of its (first) name
	stable  bool  // the name never goes away: it is as if it were always there
	made    kinds // what some script can make there
	used    bool  // some script does something with it
	pid     bool  // its content may be the number of a process
	asked   bool  // somebody may ask for it who is told that it is there, whoever has made it
	folder  int   // the lock that is the folder in which it stands, or none
}

// kinds is what can stand at a name.
type kinds uint8

const (
	aFile kinds = 1 << iota
	aDirectory
	aLink
	aPipe
)

func kindMade(command string) kinds {
	switch {
	case strings.HasPrefix(command, "mkdir"):
		return aDirectory
	case strings.HasPrefix(command, "ln -s"):
		return aLink
	case command == "mkfifo":
		return aPipe
	}
	return aFile
}

// never tells whether a test asks for a kind of file that nobody makes there. What
// a name that no script makes leads to is not known.
func (l *lock) never(test string) bool {
	if l.made == 0 {
		return false
	}
	switch test {
	case "-L", "-h":
		return l.made&aLink == 0
	case "-d":
		return l.made&^(aFile|aPipe) == 0
	case "-f":
		return l.made&^(aDirectory|aPipe) == 0
	case "-p":
		return l.made&^(aFile|aDirectory) == 0
	}
	return false
}

// script is one protocol, ready to run.
type script struct {
	*protocol.Protocol
	nodes  []node
	facts  *protocol.Facts       // once a flock has asked
	byPath []int                 // by path: its lock, or none
	closed bool                  // it begins with no descriptor open but 0, 1 and 2
	tables int                   // descriptors that are followed
	saves  int                   // slots for what redirects hide
	savers []protocol.ID         // by such slot: a redirect that has it
	slots  int                   // entries of a run's descriptor table, with copies of it for frames
	depth  int                   // frames that can be open at once
	frames map[protocol.ID][]int // by Sub: slots of Save nodes inside

	signals  []protocol.Signal // of which each does something else than those before
	wondered []protocol.ID     // questions of which it is not known whether they keep a loser away

	unwinds    bool                          // the shell takes redirects back before an EXIT trap
	redirected map[protocol.ID][]int         // by Sub: slots that the frame's own redirects are about
	around     []protocol.ID                 // by node: the Sub of the innermost frame that it is in, or none
	ends       map[protocol.ID][]protocol.ID // by Sub: where it ends when it dies of a signal
	worksOn    map[position]bool             // by node and where its handler goes on: whether work stands there
	due        map[protocol.ID]bool          // by Sub: whether its end may have to set off a trap of the shell that waits for it
	returns    map[protocol.ID]bool          // by first node of a handler: whether it may come back to what it interrupted
	decided    map[protocol.ID]bool          // what the machine answers to a question
	grounds    *grounds                      // what processes come to without anybody noticing, nil where it is too much
	alike      map[position]position         // the one that stands for each that is like others
	resting    *resting                      // what walks over nodes have used
	behind     map[protocol.ID][]protocol.ID // by Sub: what comes behind its ends
}

// node is a protocol node with its operands resolved to indexes in a State.
type node struct {
	*protocol.Node
	id             protocol.ID
	tried, won     bool          // some run has come to it, and its operation has worked
	kept           int           // an Open at a frame: the slot of the shell that waits for it, or -1
	fd, from, save int           // slots, or -1
	lock, to       int           // locks, or -1
	local          bool          // nothing of it is ever in a State
	unsure         lockSet       // locks of which it may be asked here whether they were got
	opened         bool          // the script opens this descriptor somewhere
	isWord         bool          // an Open at which the script ends: its shell takes the number for a word
	vague          bool          // a Dup of a descriptor that the script never opens
	handed         []int         // the descriptors that redirects hand to a program, and to nobody else: flock 9 9<&9
	handsOn        bool          // a Dup of a descriptor onto itself that programs inherit: { flock 9; } 9<&9
	worksFor       int           // a Spawn: the lock without which its child works for the run, or none
	helps          bool          // which waits for it
	handsDown      []handing     // a Spawn: the locks that its child gives up
	awaited        bool          // a Spawn whose child some Wait tells from others
	endless        bool          // work that goes on until somebody ends it: see [protocol.GoesOn]
	async          bool          // of a background child, which ignores INT
	lingers        bool          // work of a background child, for ever perhaps, that gives a descriptor away behind it
	orphans        bool          // work of a background child that goes on when a signal ends that
	passive        bool          // from here on a process only works and ends
	awaits         bool          // from here a process may come to wait for a child
	execs          bool          // a program that runs in place of its shell
	believes       int           // the lock that an unchecked flock on a closed descriptor is meant for
	forNothing     bool          // a flock: got or not, nothing is done before it is let go
	last           bool          // nothing follows but the end
	unasked        bool          // a Claim of a child that does no work, and of whose end nobody asks
	handsOver      bool          // an Open: the lock that its descriptor carries was for work that is done
	polls          bool          // who does not get the lock sleeps and asks again, without end
	tail           bool          // nothing but quiet commands follows up to the release; of a flock, where it fails
	rereads        bool          // what was read before is read again before it is used
	verified       bool          // an acquisition: the lock is looked at once more before it is relied on
	reacquires     bool          // an Open: the descriptor is locked at once after it
	unseen         bool          // it ends a lock, and the script works on as if it had it
	comesBack      bool          // it does so in a signal handler that comes back
	past           lockSet       // of a Close: the locks that no work behind it is for
	misses         bool          // a Misuse: an acquisition that always fails
	anyway         bool          // a Misuse: what follows is done all the same
	lacks          guard         // work: the lock that it is done without
	everyone       bool          // a Wait for every child of the run
	left           []protocol.ID // a Wait that ends children: the programs that go on in their place
	own            []protocol.ID // a Wait for all children: the Spawns of its own process
	unwinds        bool          // a Leave: redirects end before the EXIT trap runs
}

const none = -1

// newModel makes scripts ready for such runs, on any machine.
func newModel(protocols []*protocol.Protocol, crew []int, opt Options) *model {
	return prepared(protocols, opt).on(nil).of(crew, opt)
}

// prepared is what does not hang on who runs, nor on which machine.
func prepared(protocols []*protocol.Protocol, opt Options) *model {
	m := &model{
		opt:     opt,
		reached: map[place]bool{}, outside: map[place]bool{}, crowded: map[place]bool{},
	}
	for _, p := range protocols {
		m.scripts = append(m.scripts, m.prepare(p))
	}
	m.settleLocks()
	m.settleOwn()
	m.handOut(protocols)
	return m
}

// of returns the model of other runs of the same scripts. What does not hang on who runs
// is shared.
func (m *model) of(crew []int, opt Options) *model {
	n := *m
	n.crew, n.opt, n.locks, n.names = crew, opt, slices.Clone(m.locks), 0
	n.newcomers, n.free, n.lostNewcomer = nil, nil, false
	for i := range n.locks {
		l := &n.locks[i]
		l.name = n.names
		n.names++
		if l.private {
			n.names += len(crew) - 1
		}
	}
	if n.names > maxNames {
		n.crowded[n.ofOwn()] = true
	}
	return &n
}

// lockIndex returns the lock at path, none when the path is only data.
func (m *model) lockIndex(p *protocol.Protocol, script, path int) int {
	if path == none || p.Paths[path].Kind == protocol.Data {
		return none
	}
	at := p.Paths[path]
	i := slices.IndexFunc(m.locks, func(l lock) bool { return l.text == at.Text && l.private == at.Private })
	if i >= 0 && (script == 0 || !at.Opaque) {
		// The same name is the same lock in every script; a symbol is only
		// known within its own.
		return i
	}
	if len(m.locks) == maxLocks {
		m.crowded[place{script, firstAt(p, path)}] = true
		return none
	}
	m.locks = append(m.locks, lock{text: at.Text, kind: at.Kind, private: at.Private})
	return len(m.locks) - 1
}

func (m *model) prepare(p *protocol.Protocol) *script {
	if !m.opt.Unreduced {
		p = fold(p)
	}
	s := &script{Protocol: p, nodes: make([]node, len(p.Nodes)), resting: &resting{}, behind: map[protocol.ID][]protocol.ID{}, frames: map[protocol.ID][]int{}, redirected: map[protocol.ID][]int{}, returns: map[protocol.ID]bool{}}
	index := len(m.scripts)
	fds := followed(p)
	s.tables = len(fds)
	slot := func(fd int) int { return slices.Index(fds, fd) }
	byPath := make([]int, len(p.Paths))
	for i := range byPath {
		byPath[i] = m.lockIndex(p, index, i)
	}
	s.byPath = byPath
	at := func(path int) int {
		if path == none {
			return none
		}
		return byPath[path]
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		s.nodes[i] = node{Node: n, id: protocol.ID(i), fd: slot(n.FD), from: slot(n.From), save: none, kept: none, lock: at(n.Path), to: at(n.To), believes: none}
	}
	for i := range p.Nodes {
		if end := &p.Nodes[i]; end.Op == protocol.EndSub {
			s.behind[end.Body] = append(s.behind[end.Body], end.Next)
		}
	}
	s.findSaves()
	s.findHanded()
	s.findFrames()
	s.findAround()
	s.findEnds()
	s.findDue()
	s.slots = s.tables + s.saves + s.depth*s.tables
	if s.slots > maxSlots {
		m.crowded[place{index, s.deepest()}] = true // and nothing is explored
	}
	s.findReturns()
	s.findAwaited()
	s.findExecs()
	for i := range s.nodes { // which lock a flock is about is asked of each by others
		if n := &s.nodes[i]; n.Op == protocol.Flock {
			s.judgeFlock(protocol.ID(i), n)
		}
	}
	for id := range protocol.GoesOn(s.Protocol) {
		s.nodes[id].endless = true
	}
	for i := range s.nodes {
		s.judge(protocol.ID(i))
	}
	s.findUnasked()
	s.findUnwinds()
	s.judgeGuards()
	s.judgeUnseen()
	s.findPast()
	m.judgeClosed(s)
	s.findLingering()
	s.findOrphans()
	s.findPassive()
	if s.signals = signals; !m.opt.Unreduced {
		s.signals = nil
		s.findSignals()
	}
	return s
}

// followed lists the descriptors that can have to do with a lock: those that are
// locked or compared, and those that are copies of such.
func followed(p *protocol.Protocol) []int {
	var fds []int
	add := func(fd int) bool {
		if fd == none || slices.Contains(fds, fd) {
			return false
		}
		fds = append(fds, fd)
		return true
	}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.Flock || n.Op == protocol.SameInode {
			add(n.FD)
		}
	}
	ofFcntl := fcntlPaths(p)
	for grown := true; grown; {
		grown = false
		for i := range p.Nodes {
			n := &p.Nodes[i]
			if n.Op == protocol.Open && slices.Contains(ofFcntl, n.Path) { // closing any descriptor of the file ends such a lock
				grown = add(n.FD) || grown
			}
			if n.Op == protocol.Dup && (slices.Contains(fds, n.FD) || slices.Contains(fds, n.From)) {
				grown = add(n.FD) || grown
				grown = add(n.From) || grown
			}
		}
	}
	slices.Sort(fds)
	return fds
}

// fcntlPaths lists the paths that are locked with fcntl.
func fcntlPaths(p *protocol.Protocol) []int {
	var paths []int
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.Flock && n.Mode.Has(protocol.Fcntl) {
			for j := range p.Nodes {
				if o := &p.Nodes[j]; o.Op == protocol.Open && o.FD == n.FD && !slices.Contains(paths, o.Path) {
					paths = append(paths, o.Path)
				}
			}
		}
	}
	return paths
}

// settleLocks works out what can happen to each name in any script.
func (m *model) settleLocks() {
	for i := range m.locks {
		m.locks[i].stable = m.locks[i].kind == protocol.Inode && !m.locks[i].private && !m.opt.Unreduced
	}
	for _, s := range m.scripts {
		for i := range s.nodes {
			n := &s.nodes[i]
			switch n.Op {
			case protocol.Alive, protocol.Own:
				m.pids = m.pids || n.Body == none
			case protocol.Claim:
				m.pids = m.pids || n.Mode.Has(protocol.Pid)
			}
			for _, l := range []int{n.lock, n.to} {
				if l != none {
					m.locks[l].used = true
					m.locks[l].settle(n)
					m.locks[l].asked = m.locks[l].asked || n.asksName()
				}
			}
		}
	}
	m.findFolders()
	for i := range m.locks {
		m.exists = m.exists || m.locks[i].kind == protocol.Exists
	}
}

// asksName tells whether it makes a difference to an operation on a name whether a
// process that is no more, or nobody, stands in the file there, or there is none.
func (n *node) asksName() bool {
	switch n.Op {
	case protocol.Claim:
		return !n.Mode.Has(protocol.Pid)
	case protocol.Remove:
		return n.Else != none
	case protocol.Own, protocol.Load, protocol.Store:
		return false
	case protocol.Alive:
		return n.Mode.Has(protocol.Unnamed)
	case protocol.Create:
		return n.Mode.Has(protocol.Exclusive)
	}
	return true
}

func (l *lock) settle(n *node) {
	switch n.Op {
	case protocol.Remove, protocol.Rename, protocol.Claim, protocol.Test, protocol.Alive, protocol.Own:
		l.stable = false
	case protocol.Open:
		if n.Mode.Has(protocol.Exclusive) {
			l.stable = false
		}
	}
	switch n.Op {
	case protocol.Rename, protocol.Claim, protocol.Create, protocol.Store:
		l.made |= kindMade(n.Text)
	case protocol.Open:
		if n.Mode.Has(protocol.Creat) {
			l.made |= aFile
		}
	}
	l.pid = l.pid || n.Mode.Has(protocol.Pid) || n.Op == protocol.Claim && n.Mode.Has(protocol.Write)
}

// nameOf is the index in State.names of a lock as run sees it.
func (m *model) nameOf(l, run int) int {
	if m.locks[l].private {
		return m.locks[l].name + run
	}
	return m.locks[l].name
}

func (m *model) node(script uint8, pc uint16) *node {
	return &m.scripts[script].nodes[pc]
}
