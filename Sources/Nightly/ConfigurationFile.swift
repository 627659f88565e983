import Files

package import Evaluators
package import TextFormats

/// Files by which a user says what is wanted: the config, budgets.
package enum ConfigurationFile {
  /// Reads a file as JSON.
  ///
  /// - Throws: `ConfigurationError`, also for a file that is missing or no JSON: whatever the reason,
  ///   what was asked for cannot be understood.
  package static func json(
    _ path: String, options: JSONOptions = .data
  ) throws(ConfigurationError) -> JSONValue {
    guard Directory.kind(path) != nil else {
      throw ConfigurationError(path, "", "there is no such file")
    }
    do {
      return try JSONValue.parse(
        try FileSource(path).readAll(limit: 64 << 20), file: path, options: options)
    } catch let error as FormatError {
      throw ConfigurationError(error.file, error.place ?? "", error.message)
    } catch {
      throw ConfigurationError(path, "", "\(error)")
    }
  }
}
