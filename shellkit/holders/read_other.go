//go:build !linux

package holders

// Supported says whether Read can work on this system.
const Supported = false

// Read cannot work here; Ask can say a little.
func Read() (*Picture, error) { return nil, ErrUnsupported }

// Mounts cannot be listed here.
func Mounts() ([]Mount, error) { return nil, ErrUnsupported }

// Find cannot say here which file a path leads to in the kernel's own numbers.
func Find(string) (Inode, Mount, error) { return Inode{}, Mount{}, ErrUnsupported }
