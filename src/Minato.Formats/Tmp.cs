namespace Minato.Formats;
public static partial class FormatsRoom { public static IFormatReader? ReaderFor(FileHead h) => null; }
