namespace Minato.Formats.Text;

/// <summary>Work on the parts of one file on all cores, with the results in the file's order.</summary>
internal static class Ahead
{
    /// <summary>
    /// Takes at most one part more than there are cores, so that memory is bounded. A file of one part is worked on by the caller's own thread,
    /// as is a part that no other thread has begun when its turn comes: nobody waits for a free thread.
    /// </summary>
    public static IEnumerable<TResult> InOrder<TPart, TResult>(IEnumerable<TPart> parts, Func<TPart, TResult> work)
    {
        var begun = new Queue<Task<TResult>>();
        using var each = parts.GetEnumerator();
        var more = each.MoveNext();
        while (more)
        {
            var part = each.Current;
            more = each.MoveNext();
            if (!more && begun.Count == 0)
            {
                yield return work(part);
                break;
            }

            begun.Enqueue(Task.Run(() => work(part)));
            if (begun.Count > Environment.ProcessorCount)
            {
                yield return begun.Dequeue().GetAwaiter().GetResult();
            }
        }

        while (begun.TryDequeue(out var last))
        {
            yield return last.GetAwaiter().GetResult();
        }
    }
}
