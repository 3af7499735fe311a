package doctor

import "os"

// descriptors says so where the folder that shows a process its own descriptors is not
// there: the functions look there whether the file that they have locked still has its name,
// and end with 71 without it. The folder is /dev/fd but in tests.
func (s *Section) descriptors(folder string) {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		s.add(Problem, folder, "it is not there, and with_lock and lock_fd end with 71", "ln -s /proc/self/fd "+folder)
	}
}
