import java.io.FileInputStream;
import java.io.InputStream;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import java.util.List;

/** One HTTPS request with the JDK's own TLS: java JavaClient.java ADDRESS PORT SNI CA.pem PROTOCOL */
public class JavaClient {
    public static void main(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = new FileInputStream(args[3])) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(args[0], Integer.parseInt(args[1]))) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(args[2])));
            parameters.setProtocols(args[4].split(","));
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            System.out.printf("{\"version\": \"%s\", \"cipher\": \"%s\", \"alpn\": \"%s\"}%n", socket.getSession().getProtocol(),
                    socket.getSession().getCipherSuite(), socket.getApplicationProtocol());
            socket.getOutputStream().write(("GET / HTTP/1.1\r\nHost: " + args[2] + "\r\nConnection: close\r\n\r\n").getBytes());
            socket.getOutputStream().flush();
            System.out.println("bytes " + socket.getInputStream().readAllBytes().length);
        }
    }
}
