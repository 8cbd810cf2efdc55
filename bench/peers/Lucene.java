import java.io.BufferedReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

/**
 * Lucene with CJKAnalyzer: phrases of bigrams by position, BM25.
 *
 * <pre>
 * Lucene build  CORPUS DIR
 * Lucene search DIR QUERIES ROUNDS
 * Lucene hits   DIR QUERIES OUT
 * </pre>
 *
 * A document a paragraph; the title, date and source stand once an article, with the
 * title's document.
 */
public final class Lucene {
    private static final int MOST_HITS = 1000;

    private static void add(IndexWriter writer, String line) throws Exception {
        String[] f = line.split("\t", 6);
        Document d = new Document();
        d.add(new StringField("key", f[0] + "#" + f[1], Field.Store.YES));
        if (f[1].equals("0")) {
            d.add(new StoredField("date", f[3]));
            d.add(new StoredField("source", f[4]));
        }
        d.add(new TextField("text", f[5], Field.Store.YES));
        writer.addDocument(d);
    }

    private static void build(Path corpus, Path dir) throws Exception {
        IndexWriterConfig config = new IndexWriterConfig(new CJKAnalyzer());
        config.setRAMBufferSizeMB(256);
        Exception[] failed = new Exception[1];
        try (IndexWriter writer = new IndexWriter(FSDirectory.open(dir), config);
                BufferedReader in = Files.newBufferedReader(corpus.resolve("paragraphs.tsv"))) {
            Thread[] threads = new Thread[Runtime.getRuntime().availableProcessors()];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(() -> {
                    String[] lines = new String[256];
                    try {
                        for (int n = read(in, lines); n > 0; n = read(in, lines)) {
                            for (int k = 0; k < n; k++) {
                                add(writer, lines[k]);
                            }
                        }
                    } catch (Exception e) {
                        failed[0] = e;
                    }
                });
                threads[i].start();
            }
            for (Thread t : threads) {
                t.join();
            }
            writer.commit();
        }
        if (failed[0] != null) {
            throw failed[0];
        }
    }

    private static int read(BufferedReader in, String[] lines) throws Exception {
        synchronized (in) {
            int n = 0;
            while (n < lines.length && (lines[n] = in.readLine()) != null) {
                n++;
            }
            return n;
        }
    }

    private static void merge(Path dir) throws Exception {
        IndexWriterConfig config = new IndexWriterConfig(new CJKAnalyzer());
        try (IndexWriter writer = new IndexWriter(FSDirectory.open(dir), config)) {
            writer.forceMerge(1);
            writer.commit();
        }
    }

    private static void search(IndexSearcher searcher, List<String> queries, int rounds)
            throws Exception {
        QueryBuilder builder = new QueryBuilder(new CJKAnalyzer());
        double[] us = new double[queries.size()];
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (int round = 0; round <= rounds; round++) {
            long hits = 0;
            double sum = 0;
            long cpu = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < us.length; i++) {
                long start = System.nanoTime();
                Query q = builder.createPhraseQuery("text", queries.get(i));
                TopDocs top = searcher.search(q, 10);
                for (ScoreDoc d : top.scoreDocs) {
                    hits += searcher.doc(d.doc).get("text").isEmpty() ? 0 : 1;
                }
                us[i] = (System.nanoTime() - start) / 1000.0;
                sum += us[i];
            }
            cpu = threads.getCurrentThreadCpuTime() - cpu;
            Arrays.sort(us);
            if (round > 0) {
                System.out.printf("{\"round\": %d, \"queries\": %d, \"per_second\": %.1f, "
                        + "\"p50_us\": %.1f, \"p99_us\": %.1f, \"mean_us\": %.1f, "
                        + "\"cpu_us\": %.1f, \"hits\": %d}%n", round, us.length, us.length * 1e6 / sum,
                        us[us.length / 2], us[us.length * 99 / 100], sum / us.length,
                        cpu / 1000.0 / us.length, hits);
            }
        }
    }

    private static void hits(IndexSearcher searcher, List<String> queries, Path out)
            throws Exception {
        QueryBuilder builder = new QueryBuilder(new CJKAnalyzer());
        try (PrintWriter w = new PrintWriter(Files.newBufferedWriter(out))) {
            for (String text : queries) {
                Query q = builder.createPhraseQuery("text", text);
                w.printf("%s\t%d\teq", text, searcher.count(q));
                for (ScoreDoc d : searcher.search(q, MOST_HITS).scoreDocs) {
                    w.print("\t" + searcher.doc(d.doc).get("key"));
                }
                w.println();
            }
        }
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("build")) {
            build(Paths.get(args[1]), Paths.get(args[2]));
            return;
        }
        if (args[0].equals("merge")) {
            merge(Paths.get(args[1]));
            return;
        }
        List<String> queries = Files.readAllLines(Paths.get(args[2]), StandardCharsets.UTF_8);
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(Paths.get(args[1])))) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setQueryCache(null);
            if (args[0].equals("search")) {
                search(searcher, queries, Integer.parseInt(args[3]));
            } else {
                hits(searcher, queries, Paths.get(args[3]));
            }
        }
    }
}
