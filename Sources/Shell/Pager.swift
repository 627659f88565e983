@unsafe @preconcurrency import Glibc

/// The program through which a person reads what does not fit on the screen.
@safe package final class Pager {
  private let stream: UnsafeMutablePointer<FILE>  // closed once, in `close()`
  private var isOpen = true

  /// The pager that the environment names, `less` where it names none; nil for no pager: `PAGER` is
  /// empty or `cat`.
  package static func command(environment: [String: String]) -> String? {
    guard let named = environment["PAGER"] else { return "less" }
    let trimmed = named.split(separator: " ").joined(separator: " ")
    return trimmed.isEmpty || trimmed == "cat" ? nil : trimmed
  }

  /// Starts a pager; `less` gets `-FRSX` where the environment does not say otherwise: it leaves when all
  /// fits, keeps colours, cuts long lines, and leaves the text on the screen.
  ///
  /// - Returns: nil where it cannot be started.
  package init?(_ command: String) {
    unsafe setenv("LESS", "FRSX", 0)
    unsafe setenv("LESSCHARSET", "utf-8", 0)
    // SAFETY: the stream is closed once, in `close()`, and not used after that.
    guard let stream = unsafe popen(command, "w") else { return nil }
    unsafe self.stream = stream
  }

  deinit { close() }

  /// - Returns: false when the person has left the pager.
  package func write(_ bytes: [UInt8]) -> Bool {
    guard isOpen, !bytes.isEmpty else { return isOpen }
    // SAFETY: no more is written than the array has.
    let written = unsafe bytes.withUnsafeBytes { buffer in
      unsafe fwrite(buffer.baseAddress, 1, buffer.count, stream)
    }
    return written == bytes.count
  }

  /// Waits until the person has left the pager.
  package func close() {
    guard isOpen else { return }
    isOpen = false
    unsafe pclose(stream)
  }
}
