"""Reading the Kubernetes API with a few plain GETs: no client library, nothing imported before it reads."""
