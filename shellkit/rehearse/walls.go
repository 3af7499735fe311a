package rehearse

// walls can be left out one by one, by tests that show that the others stand.
type walls struct {
	NoLandlock, NoSeccomp bool // without seccomp the supervisor judges no call either
	NoNetwork, NoIPC      bool // namespaces
	NoDrop                bool // of capabilities
	NoLimits              bool // of what a process may have

	// Two walls by which nobody changes what is being judged.
	NoMeeting bool // who sleeps in a call of its own is not met where it wakes
	NoPrivacy bool // runs may share memory, descriptors and folders
}
