"""The knowledge base: articles with revisions, a FAISS index over them, and search by meaning."""
