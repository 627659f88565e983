import Glibc

/// Terminals that standard output and standard error may be.
package enum TerminalWidth {
  /// Characters across the terminal that standard output is; nil for files and pipes, and for
  /// terminals that do not tell.
  package static func ofStandardOutput() -> Int? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    // SAFETY: TIOCGWINSZ fills exactly the structure it is given.
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
