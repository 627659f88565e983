// TextFormats
