package rehearse

// worksInside are the deeds that a lone run does inside of a lock whose names are given:
// from its success to its release, or to the end where nothing is done before that, or
// where all that is behind it is asked for. Each stands by its words, or by the name that
// it changes.
func worksInside(log []event, locks map[string]bool, all bool) map[string]bool {
	works, programs := map[string]bool{}, map[string]bool{}
	in, any := false, false
	for i := range log {
		e := &log[i]
		name := e.normal(e.made())
		if locks[name] || e.op == "lock" || e.op == "unlock" {
			switch e.op {
			case "lock", "create", "truncate", "mkdir", "mknod", "symlink", "link", "open", "rename":
				in = in || e.result >= 0
			case "unlock", "unlink", "rmdir":
				in = in && (all || !any)
			}
			continue
		}
		if !in {
			continue
		}
		for _, key := range e.keys() {
			works[key], any = true, true
			if e.op == "work" {
				programs[key] = true
			}
		}
	}
	if len(programs) > 0 {
		return programs // a log that is written beside them tells nobody apart
	}
	return works
}

// keys are the words by which a deed is told apart as work; none for what is none.
func (e *event) keys() []string {
	switch e.op {
	case "work":
		return []string{e.work()}
	case "sleep":
		return []string{"sleep"}
	case "create", "truncate", "mkdir", "mknod", "symlink", "link", "unlink", "rmdir", "write":
		return []string{changes(e.normal(e.made()))}
	case "rename":
		return []string{changes(e.normal(e.name)), changes(e.normal(e.name2))}
	case "open":
		if e.flag&flagChanging != 0 {
			return []string{changes(e.normal(e.name))}
		}
	}
	return nil
}

func changes(name string) string { return "changes " + name }
