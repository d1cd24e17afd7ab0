"""The server: sessions, pacing, gRPC. The only place with a clock or sockets."""
