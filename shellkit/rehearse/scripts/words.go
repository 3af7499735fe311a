package scripts

// vocabulary is what things are called in one script. Names are drawn apart from the
// parts, and half of them say nothing of locks, or something else: what a thing is
// called decides nothing.
type vocabulary struct {
	file     string   // of the script
	folder   string   // that the lock lies in
	lock     string   // the last part of its path
	other    string   // the last part of the path of a second one
	variable string   // that holds the path
	second   string   // that holds the path of a second one
	take     string   // function that takes the lock
	main     string   // function that does the work
	helper   string   // function that says why it goes
	jobs     []string // programs
}

func (d *dice) vocabulary() vocabulary {
	v := vocabulary{
		file:   pick(d, "rotate", "nightly", "feed", "import-all", "sync", "publish", "collect", "refresh"),
		folder: pick(d, "/run/lock", "/var/lock", "/run/stage", "/var/lib/stage", "/srv/stage/state", "/var/cache/stage"),
		helper: pick(d, "die", "bye", "leave", "give_up", "say"),
	}
	if d.chance(50) {
		v.lock = pick(d, "feed.lock", "lock", ".lock", "nightly.lck", "import.pid", "LOCK")
		v.variable = pick(d, "lock", "LOCKFILE", "lockfile", "LOCK", "lock_path", "pidfile")
		v.take = pick(d, "acquire_lock", "get_lock", "lock", "take_lock", "ensure_single")
	} else {
		v.lock = pick(d, "gate", "door", "seat", "turn", "baton", "busy", "running", "tmp", "log", "data.db")
		v.variable = pick(d, "gate", "f", "here", "mark", "TURN", "tmp", "log", "state", "X")
		v.take = pick(d, "enter", "begin", "prepare", "check", "log_start", "setup")
	}
	v.other = pick(d, "second", "index", "b", "spool")
	v.second = v.variable + "2"
	v.main = pick(d, "main", "run", "work", "do_it", "process")
	names := [...]string{"build-index", "fetch", "pack", "convert", "upload", "report", "clean-up", "count", "merge", "job"}
	for _, i := range d.shuffled(len(names))[:4] {
		v.jobs = append(v.jobs, names[i])
	}
	return v
}
