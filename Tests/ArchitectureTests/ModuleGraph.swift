/// Which module may import which: the graph of `Package.swift`, written down a second time so that a
/// change of it is a decision and not an accident.
enum ModuleGraph {
  static let imports: [String: Set<String>] = [
    "Columns": [],
    "Files": [],
    "Kernels": ["Columns"],
    "SQL": [],
    "Compression": ["CZlib", "Files"],
    "TextFormats": ["CIntrinsics", "Columns", "Files"],
    "Parquet": ["Columns", "Files", "Compression"],
    "Delta": ["Columns", "Files", "Compression", "Parquet", "TextFormats"],
    "Planning": ["Columns", "Kernels", "SQL"],
    "Execution": ["Columns", "Files", "Kernels", "SQL", "Planning"],
    "Warehouse": [
      "Columns", "Files", "Kernels", "SQL", "Compression", "TextFormats", "Parquet", "Delta",
      "Planning", "Execution",
    ],
    "Reports": ["Columns", "Files", "SQL", "TextFormats"],
    "Forecasting": ["Columns"],
    "Buckets": ["Columns", "Files", "TextFormats"],
    "Ingestion": [
      "Columns", "Files", "SQL", "Compression", "TextFormats", "Parquet", "Warehouse", "Reports",
      "Buckets",
    ],
    "Evaluators": [
      "Columns", "Files", "SQL", "Compression", "TextFormats", "Warehouse", "Reports",
      "Forecasting",
    ],
    "Alerts": ["Columns", "Files", "TextFormats", "Warehouse"],
    "Dashboards": ["Columns", "Files", "TextFormats", "Warehouse", "Reports"],
    "SampleData": ["Files", "Compression", "TextFormats"],
    "Shell": ["SQL", "TextFormats"],
    "Nightly": [
      "Columns", "Files", "TextFormats", "Warehouse", "Reports", "Ingestion", "Evaluators",
      "Alerts", "Dashboards",
    ],
    "kakeibo": [
      "Columns", "SQL", "Files", "TextFormats", "Warehouse", "Reports", "Ingestion", "Evaluators",
      "Alerts", "Dashboards", "SampleData", "Nightly", "Shell",
    ],
  ]

  /// What C offers by way of module maps.
  static let ofC: Set<String> = ["CIntrinsics", "CZlib"]

  /// Folders of `Sources` that are not modules of the program.
  static let notInGraph = ofC.union(["EmbedPlugin", "embed"])

  /// Start-up time and speed: these know only the standard library and the C library.
  static let withoutFoundation: Set<String> = [
    "Columns", "Files", "Kernels", "SQL", "Compression", "TextFormats", "Parquet", "Delta",
    "Planning", "Execution",
  ]

  /// Where `unsafe` is expected: system calls, zlib, raw loads. A new place is a decision.
  static let mayBeUnsafe: [String] = [
    "Sources/Files/", "Sources/Compression/", "Sources/Parquet/",
    // Texts copied by blocks of sixteen bytes.
    "Sources/Columns/TextVector+Gathering.swift",
    // Words of eight bytes, from spans that check their bounds.
    "Sources/Columns/TextVector.swift", "Sources/TextFormats/CSV/WordLoading.swift",
    "Sources/TextFormats/CSV/ByteBlock.swift", "Sources/Execution/Keys/KeyHash.swift",
    "Sources/Execution/Keys/TextTable.swift", "Sources/Ingestion/RowIdentity/RowKey.swift",
    // Calls of the C library.
    "Sources/Kernels/Time/ZoneFile.swift",
    "Sources/Warehouse/UniqueName.swift",
    // The terminal's settings and its pager.
    "Sources/Shell/RawTerminal.swift", "Sources/Shell/Pager.swift",
  ]
}
