@unsafe @preconcurrency import Glibc
import Synchronization

/// The terminal that standard input and output are, read key by key.
///
/// Whatever ends the program, the terminal is put back as it was.
package final class RawTerminal: Sendable {
  /// The settings to go back to; nil while they are in force.
  private let cooked = Mutex<termios?>(nil)

  package init() {
    // A handler that does nothing: waiting for a key ends when the window changes its size.
    signal(SIGWINCH) { _ in }
  }

  /// Whether a person can be asked: both streams are terminals.
  package static var isAvailable: Bool {
    isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
  }

  /// Columns and rows of the terminal; 80 and 24 where it does not tell.
  package var size: (columns: Int, rows: Int) {
    var size = winsize()
    // SAFETY: TIOCGWINSZ fills exactly the structure it is given.
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), max(1, Int(size.ws_row)))
  }

  /// Keys come one by one and unechoed from now on, Ctrl-C among them.
  ///
  /// - Returns: false where the terminal refuses.
  package func enterRaw() -> Bool {
    cooked.withLock { cooked in
      guard cooked == nil else { return true }
      var settings = termios()
      // SAFETY: both calls read or fill exactly the structure they are given.
      guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return false }
      var raw = settings
      raw.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON)
      raw.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG)
      raw.c_cflag |= tcflag_t(CS8)
      guard unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 else { return false }
      cooked = settings
      return true
    }
  }

  /// Lines, echo and signals of keys as they were.
  package func leaveRaw() {
    cooked.withLock { cooked in
      guard var settings = cooked else { return }
      // SAFETY: reads exactly the structure it is given.
      _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
      cooked = nil
    }
  }

  package enum Input: Equatable {
    case bytes([UInt8])
    /// Nothing came in time, or the window has another size.
    case nothing
    case end
  }

  /// What was pressed, waiting for it at most some milliseconds.
  package func read(milliseconds: Int32) -> Input {
    var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // SAFETY: one descriptor is passed, and so is their count.
    let count = unsafe poll(&ready, 1, milliseconds)
    guard count > 0 else { return .nothing }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let size = bytes.count
    // SAFETY: no more is read than the array has room for.
    let length = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe Glibc.read(STDIN_FILENO, buffer.baseAddress, size)
    }
    if length < 0 { return errno == EINTR || errno == EAGAIN ? .nothing : .end }
    if length == 0 { return .end }
    return .bytes(Array(bytes.prefix(length)))
  }

  package func write(_ text: String) { write(Array(text.utf8)) }

  package func write(_ bytes: [UInt8]) {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      // SAFETY: the count is that of the buffer.
      let length = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(STDOUT_FILENO, buffer.baseAddress, buffer.count)
      }
      if length < 0 && errno == EINTR { continue }
      guard length > 0 else { return }
      bytes = bytes.dropFirst(length)
    }
  }

  /// Stops the program as Ctrl-Z does, until it is brought back.
  package func suspend() { raise(SIGTSTP) }
}
