import Foundation
import Ingestion
import Synchronization
import TextFormats

/// One line on a terminal that tells how far a long ingest is: rows, share, seconds left.
///
/// Shown once a second has passed, rewritten five times a second, nothing where standard error is no
/// terminal or with `--quiet`.
final class ProgressLine: Sendable {
  private struct State {
    let began = Date()
    var shown = Date.distantPast
    var isVisible = false
  }

  private let terminal: Terminal
  private let state = Mutex(State())

  init(_ terminal: Terminal) {
    self.terminal = terminal
  }

  func show(_ progress: IngestProgress) {
    guard terminal.isRich, !terminal.isQuiet else { return }
    state.withLock { state in
      let now = Date()
      let elapsed = now.timeIntervalSince(state.began)
      guard elapsed > 1, now.timeIntervalSince(state.shown) > 0.2 else { return }
      state.shown = now
      state.isVisible = true
      let share =
        progress.bytesTotal > 0
        ? min(1, Double(progress.bytesRead) / Double(progress.bytesTotal)) : 0
      let left = share > 0.01 ? " · \(Int(elapsed / share - elapsed)) s left" : ""
      let text =
        "\(progress.delivery) · \(FigureText.count(progress.rows)) rows · \(Int(share * 100)) %\(left)"
      FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }
  }

  func clear() {
    state.withLock { state in
      if state.isVisible { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
      state.isVisible = false
    }
  }
}
