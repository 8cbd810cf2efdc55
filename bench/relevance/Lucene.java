import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.QueryBuilder;

/**
 * The peer of bench/relevance: Lucene 8 with CJKAnalyzer and BM25 (k1 1.2, b 0.75, its defaults).
 * Lucene.java DOCS {QUERIES RUN}: lines `id TAB text` in, lines `query TAB document TAB rank TAB score` out;
 * a query is the OR of its bigrams, which is what Lucene's query parser makes of it.
 */
public final class Lucene {
    private static final int HITS = 100;

    private Lucene() {
    }

    public static void main(String[] args) throws IOException {
        try (Analyzer analyzer = new CJKAnalyzer(); ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
            IndexWriterConfig config = new IndexWriterConfig(analyzer);
            config.setSimilarity(new BM25Similarity());
            config.setRAMBufferSizeMB(256);
            try (IndexWriter writer = new IndexWriter(directory, config);
                 BufferedReader docs = Files.newBufferedReader(Path.of(args[0]), StandardCharsets.UTF_8)) {
                for (String line = docs.readLine(); line != null; line = docs.readLine()) {
                    int tab = line.indexOf('\t');
                    Document doc = new Document();
                    doc.add(new StringField("id", line.substring(0, tab), Field.Store.YES));
                    doc.add(new TextField("text", line.substring(tab + 1), Field.Store.NO));
                    writer.addDocument(doc);
                }
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                searcher.setSimilarity(new BM25Similarity());
                for (int i = 1; i + 1 < args.length; i += 2) {
                    ask(searcher, new QueryBuilder(analyzer), Path.of(args[i]), Path.of(args[i + 1]));
                }
            }
        }
    }

    private static void ask(IndexSearcher searcher, QueryBuilder builder, Path asked, Path answers) throws IOException {
        try (BufferedReader queries = Files.newBufferedReader(asked, StandardCharsets.UTF_8);
             BufferedWriter run = Files.newBufferedWriter(answers, StandardCharsets.UTF_8)) {
            for (String line = queries.readLine(); line != null; line = queries.readLine()) {
                int tab = line.indexOf('\t');
                Query query = builder.createBooleanQuery("text", line.substring(tab + 1), BooleanClause.Occur.SHOULD);
                if (query == null) {
                    continue;
                }
                int rank = 0;
                for (ScoreDoc hit : searcher.search(query, HITS).scoreDocs) {
                    run.write(line.substring(0, tab) + '\t' + searcher.doc(hit.doc).get("id") + '\t' + ++rank + '\t'
                              + hit.score + '\n');
                }
            }
        }
    }
}
