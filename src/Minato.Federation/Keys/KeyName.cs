namespace Minato.Federation.Keys;

internal static class KeyName
{
    /// <exception cref="ArgumentException">The name is empty or longer than 200 characters.</exception>
    public static void Check(string name)
    {
        if (name.Length is 0 or > 200)
        {
            throw new ArgumentException("A key's name has 1 to 200 characters", nameof(name));
        }
    }
}
