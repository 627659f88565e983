import Evaluators
import Foundation
import Nightly
import Reports
import SQL

/// An error as the person at the command line sees it.
struct Failure {
  private let error: any Error

  init(_ error: any Error) {
    self.error = error
  }

  /// Prints the message on standard error and gives the exit code.
  func report() -> Int32 {
    if error is OutputClosed { return ExitCode.done.rawValue }
    if let error = error as? ReportedFailure { return error.code.rawValue }
    FileHandle.standardError.write(Data("error: \(message)\n".utf8))
    return code.rawValue
  }

  private var message: String {
    switch error {
    case let error as UsageError:
      error.message
        + "\n  see 'kakeibo help\(error.command.map { " \($0)" } ?? "")'"
    case let error as SQLError: error.message
    default: "\(error)"
    }
  }

  private var code: ExitCode {
    switch error {
    case is UsageError, is SQLError, is ConfigurationError, is QueryLibraryError: .wrongRequest
    case let error as ReconciliationError where error.isWrongRequest: .wrongRequest
    default: .failed
    }
  }
}

/// A failure whose message has been printed already.
struct ReportedFailure: Error {
  let code: ExitCode
}
