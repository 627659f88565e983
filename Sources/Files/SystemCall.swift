import Glibc

/// System calls as they have to be made: begun again after a signal, carried on after a short write.
enum SystemCall {
  /// The result of a call that is made again while a signal interrupts it.
  static func repeated(_ call: () -> Int32) -> Int32 {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }

  /// Writes all bytes; false, with `errno`, when the system takes no more.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return true }
      var sent = 0
      while sent < buffer.count {
        // SAFETY: `sent` is below the buffer's count.
        let written = unsafe Glibc.write(descriptor, base + sent, buffer.count - sent)
        if written < 0 && errno == EINTR { continue }
        if written == 0 { errno = EIO }
        if written <= 0 { return false }
        sent += written
      }
      return true
    }
  }

  /// Puts a file or directory on disk; false, with `errno`, when the system failed to.
  ///
  /// A file system that knows no syncing of this kind of file has nothing more to give. After any other
  /// failure a second try would prove nothing: what could not be written may be forgotten by then.
  static func sync(_ descriptor: Int32) -> Bool {
    repeated { fsync(descriptor) } == 0 || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP
  }

  /// Gives up the lock on a file, if there is one, and closes the file.
  ///
  /// Closing alone leaves the lock to a program that another thread is starting: between fork and exec it
  /// has the descriptors of its parent.
  static func unlockAndClose(_ descriptor: Int32) {
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Has the disk begin with some bytes of a file that were written, without waiting for it; a hint, on
  /// which nothing depends.
  static func beginWriting(_ descriptor: Int32, from offset: Int, count: Int) {
    typealias SyncRange = @convention(c) (Int32, Int64, Int64, UInt32) -> Int32
    // Hidden from languages without macros as well.
    guard let symbol = unsafe dlsym(nil, "sync_file_range") else { return }
    // SAFETY: this is the type that the manual page sync_file_range(2) gives.
    let syncRange = unsafe unsafeBitCast(symbol, to: SyncRange.self)
    let beginWrite: UInt32 = 2
    _ = syncRange(descriptor, Int64(offset), Int64(count), beginWrite)
  }

  /// Gives a file another name unless something has it; false, with `errno`, when it has.
  static func renameWithoutReplacing(_ path: String, _ new: String) -> Bool {
    typealias Rename =
      @convention(c) (
        Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32
      ) -> Int32
    // The C library's header hides this call from languages without its macros.
    guard let symbol = unsafe dlsym(nil, "renameat2") else {
      errno = ENOSYS
      return false
    }
    // SAFETY: this is the type that the manual page renameat2(2) gives.
    let rename = unsafe unsafeBitCast(symbol, to: Rename.self)
    let noReplace: UInt32 = 1
    return unsafe rename(AT_FDCWD, path, AT_FDCWD, new, noReplace) == 0
  }
}
