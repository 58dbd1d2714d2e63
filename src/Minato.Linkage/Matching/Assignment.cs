namespace Minato.Linkage.Matching;

/// <summary>A possible link: rows of the two sides, and what it is worth.</summary>
internal readonly record struct Link(int A, int B, float Weight);

/// <summary>
/// One-to-one assignment of the greatest total worth; links of no worth (≤ 0) are never taken. Exact inside each connected component by shortest
/// augmenting paths with potentials; components of more links than <see cref="Limit"/> are assigned greedily, best first.
/// </summary>
internal static class Assignment
{
    public const int Limit = 500_000;

    /// <param name="links">Each pair of rows once. Order does not matter but among links of exactly equal worth.</param>
    /// <param name="limit">Links of a component up to which it is solved exactly.</param>
    /// <returns>Indices into <paramref name="links"/>, ascending.</returns>
    public static List<int> Best(IReadOnlyList<Link> links, int rowsA, int rowsB, int limit = Limit)
    {
        var chosen = new List<int>();
        var (degreeA, degreeB) = (new int[rowsA], new int[rowsB]);
        for (var k = 0; k < links.Count; k++)
        {
            degreeA[links[k].A] += links[k].Weight > 0 ? 1 : 0;
            degreeB[links[k].B] += links[k].Weight > 0 ? 1 : 0;
        }

        var rivals = new List<int>();
        for (var k = 0; k < links.Count; k++)
        {
            if (links[k].Weight > 0)
            {
                (degreeA[links[k].A] == 1 && degreeB[links[k].B] == 1 ? chosen : rivals).Add(k);
            }
        }

        var parent = new Dictionary<int, int>();
        int Root(int x)
        {
            while (parent.TryGetValue(x, out var up) && up != x)
            {
                x = parent[x] = parent.GetValueOrDefault(up, up);
            }

            return x;
        }

        foreach (var k in rivals)
        {
            var (a, b) = (Root(links[k].A), Root(rowsA + links[k].B));
            parent[Math.Max(a, b)] = Math.Min(a, b);
        }

        foreach (var component in rivals.GroupBy(k => Root(links[k].A)))
        {
            var members = component.ToArray();
            chosen.AddRange(members.Length <= limit ? Exact(links, members) : Greedy(links, members));
        }

        chosen.Sort();
        return chosen;
    }

    public static IEnumerable<int> Greedy(IReadOnlyList<Link> links, int[] members)
    {
        var (takenA, takenB) = (new HashSet<int>(), new HashSet<int>());
        foreach (var k in members.OrderByDescending(k => links[k].Weight).ThenBy(k => k))
        {
            if (!takenA.Contains(links[k].A) && !takenB.Contains(links[k].B))
            {
                takenA.Add(links[k].A);
                takenB.Add(links[k].B);
                yield return k;
            }
        }
    }

    /// <summary>
    /// Each row of A in turn looks for the cheapest augmenting path (Dijkstra on reduced costs, cost = −worth); staying alone costs 0,
    /// which is a column of its own for each row.
    /// </summary>
    private static IEnumerable<int> Exact(IReadOnlyList<Link> links, int[] members)
    {
        var rows = members.Select(k => links[k].A).Distinct().Order().ToArray();
        var columns = members.Select(k => links[k].B).Distinct().Order().ToArray();
        var rowAt = rows.Select((r, i) => (r, i)).ToDictionary(x => x.r, x => x.i);
        var columnAt = columns.Select((c, i) => (c, i)).ToDictionary(x => x.c, x => x.i);
        var edges = new List<(int Column, double Cost, int Link)>[rows.Length];
        foreach (var k in members)
        {
            (edges[rowAt[links[k].A]] ??= []).Add((columnAt[links[k].B], -links[k].Weight, k));
        }

        // Columns from `columns.Length` on are the rows' own places to stay alone.
        var all = columns.Length + rows.Length;
        for (var i = 0; i < rows.Length; i++)
        {
            edges[i].Add((columns.Length + i, 0, -1));
        }

        var holder = new int[all];
        var held = new (int Column, int Link)[rows.Length];
        Array.Fill(holder, -1);
        var potentialRow = new double[rows.Length];
        var potential = new double[all];
        var distance = new double[all];
        var via = new (int Row, int Link)[all];
        var stamp = new int[all];
        var done = new int[all];
        for (var start = 0; start < rows.Length; start++)
        {
            var round = start + 1;
            var queue = new PriorityQueue<int, (double, int)>();
            var (row, soFar) = (start, 0.0);
            var end = -1;
            var settled = new List<int>();
            var visited = new List<(int Row, double At)>();
            potentialRow[start] = edges[start].Min(e => e.Cost - potential[e.Column]);
            while (true)
            {
                visited.Add((row, soFar));
                foreach (var (column, cost, link) in edges[row])
                {
                    var d = soFar + cost - potentialRow[row] - potential[column];
                    if (done[column] != round && (stamp[column] != round || d < distance[column] - 1e-12))
                    {
                        stamp[column] = round;
                        distance[column] = d;
                        via[column] = (row, link);
                        queue.Enqueue(column, (d, column));
                    }
                }

                var next = queue.Dequeue();
                while (done[next] == round)
                {
                    next = queue.Dequeue();
                }

                done[next] = round;
                soFar = distance[next];
                if (holder[next] < 0)
                {
                    end = next;
                    break;
                }

                settled.Add(next);
                row = holder[next];
            }

            foreach (var (r, at) in visited)
            {
                potentialRow[r] += soFar - at;
            }

            foreach (var c in settled)
            {
                potential[c] -= soFar - distance[c];
            }

            for (var column = end; ;)
            {
                var (r, link) = via[column];
                var previous = held[r].Column;
                var first = r == start;
                held[r] = (column, link);
                holder[column] = r;
                if (first)
                {
                    break;
                }

                column = previous;
            }
        }

        foreach (var (_, link) in held)
        {
            if (link >= 0)
            {
                yield return link;
            }
        }
    }
}
