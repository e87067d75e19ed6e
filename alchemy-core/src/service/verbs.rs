//! The two forms of each verb: for blocking sessions and for async ones.

/// Gives each verb its two forms: what it is `given` is made of the arguments, which may fail; the verb runs on the
/// session's connection and leaves what it found in a variable, of which the output is made.
///
/// The bodies are bare on purpose: whatever is generic here is compiled again for each verb and model.
macro_rules! verbs {
    (impl $service:ident<M: $model:ident> as $this:ident; $(
        $(#[$doc:meta])*
        fn $name:ident $(<$generic:ident: $bound:path>)? ($($argument:ident: $type:ty),*) -> $output:ty {
            $(let $plain:ident = $infallible:expr;)*
            $(given $given:pat = $fallible:expr;)*
            run $access:expr => $found:ident = $nothing:expr => |$executor:ident| $verb:expr;
            then $finish:expr
        }
    )+) => {
        impl<M: $model> $service<M, $crate::session::Session> {
            $(
                $(#[$doc])*
                pub fn $name $(<$generic: $bound>)? (&self, $($argument: $type),*) -> $crate::error::Result<$output> {
                    let $this = self;
                    $(let $plain = $infallible;)*
                    $(let $given = match $fallible {
                        Ok(given) => given,
                        Err(error) => return Err($this.explain(error.into())),
                    };)*
                    let access = $access;
                    #[allow(unused_mut)]
                    let mut $found = $nothing;
                    if let Err(error) =
                        $this.session.with_dyn(access, &mut |$executor| $crate::session::now($verb))
                    {
                        return Err($this.explain(error));
                    }
                    match $finish {
                        Ok(output) => Ok(output),
                        Err(error) => Err($this.explain(error)),
                    }
                }
            )+
        }

        #[cfg(feature = "async")]
        impl<M: $model> $service<M, $crate::session::AsyncSession> {
            $(
                $(#[$doc])*
                pub async fn $name $(<$generic: $bound>)? (
                    &self,
                    $($argument: $type),*
                ) -> $crate::error::Result<$output> {
                    let $this = self;
                    $(let $plain = $infallible;)*
                    $(let $given = match $fallible {
                        Ok(given) => given,
                        Err(error) => return Err($this.explain(error.into())),
                    };)*
                    let access = $access;
                    let ran = $this.session.with(access, move |$executor| {
                        #[allow(unused_mut)]
                        let mut $found = $nothing;
                        $crate::session::now($verb)?;
                        Ok($found)
                    });
                    let $found = match ran.await {
                        Ok(found) => found,
                        Err(error) => return Err($this.explain(error)),
                    };
                    match $finish {
                        Ok(output) => Ok(output),
                        Err(error) => Err($this.explain(error)),
                    }
                }
            )+
        }
    };
}
