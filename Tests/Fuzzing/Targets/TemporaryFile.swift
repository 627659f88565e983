import Files
import Glibc

/// Files of one process, in memory where the system has such a folder, written over and over.
enum TemporaryFile {
  static let folder: String = {
    let parent = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    let folder = "\(parent)/kakeibo-fuzz-\(getpid())"
    unsafe mkdir(folder, 0o700)
    return folder
  }()

  /// Writes a file and its folders and returns its path.
  static func write(_ bytes: [UInt8], _ name: String) -> String {
    let path = folder + "/" + name
    var parent = folder
    for part in name.split(separator: "/").dropLast() {
      parent += "/" + part
      unsafe mkdir(parent, 0o700)
    }
    // Made anew, so that a mapping of what was there before stays as it is.
    unsafe unlink(path)
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(descriptor >= 0, "'\(path)' cannot be written")
    defer { close(descriptor) }
    // SAFETY: the pointer has the bytes of the array, and is not kept.
    let written = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
    }
    precondition(written == bytes.count, "'\(path)' cannot be written")
    return path
  }

  static func remove(_ name: String) { unsafe unlink(folder + "/" + name) }
}
